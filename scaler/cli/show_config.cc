#include <nlohmann/json.hpp>

#include "scaler/cli/api_client.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/runtime/yaml.h"

namespace spillway {

int ShowConfig(const ClusterOptions& options) {
  ApiClient client(ApiOf(options.api));
  const nlohmann::json config = Understood(
      client, [&] { return nlohmann::json(client.Get(ApiPath({"config"})).at("config")); });
  Print(options.output == OutputFormat::kJson ? JsonText(config) : WriteYaml(config));
  return kOk;
}

}  // namespace spillway
