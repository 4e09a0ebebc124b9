#include <nlohmann/json.hpp>

#include "scaler/cli/api_client.h"
#include "scaler/cli/output.h"
#include "scaler/cli/policies_view.h"
#include "scaler/cli/record_text.h"

namespace spillway {

int ShowPolicies(const ClusterOptions& options) {
  ApiClient client(ApiOf(options.api));
  const nlohmann::json policies =
      client.List(ApiPath({"policies"}, {{"cluster", options.cluster}}));
  Print(options.output != OutputFormat::kText
            ? InFormat(options.output, JsonText(policies))
            : Understood(client, [&] { return PoliciesView(policies, StyleOfStdout()); }));
  return kOk;
}

}  // namespace spillway
