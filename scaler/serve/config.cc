// /v1/config: what the service runs with.
#include <map>
#include <nlohmann/json.hpp>

#include "scaler/runtime/shown_config.h"
#include "scaler/runtime/yaml.h"
#include "scaler/serve/answers.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {

HttpAnswer GetConfig(const ApiContext& context, const ApiRequest& request) {
  Query(request.http.query).Finish();
  std::map<std::string, int> lines;
  return JsonAnswer({{"config", ShownConfig(ReadYaml(context.config, lines))}});
}

}  // namespace spillway
