#include <nlohmann/json.hpp>

#include "scaler/cli/api_client.h"
#include "scaler/cli/audit_view.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/runtime/clock.h"

namespace spillway {

int ShowAudit(const AuditOptions& options) {
  ApiClient client(ApiOf(options.of.api));
  const nlohmann::json entries = client.List(ApiPath({"audit"}), options.limit);
  Print(options.of.output != OutputFormat::kText
            ? InFormat(options.of.output, JsonText(entries))
            : Understood(client,
                         [&] { return AuditView(entries, SystemClock().Now(), StyleOfStdout()); }));
  return kOk;
}

}  // namespace spillway
