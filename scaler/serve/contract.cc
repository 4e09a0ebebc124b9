// /v1/openapi.yaml: what all of this promises.
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {

// Made by the build of scaler/serve/openapi.yaml.
extern const char* const kOpenApi;

HttpAnswer GetContract(const ApiContext& /*context*/, const ApiRequest& request) {
  Query(request.http.query).Finish();
  return {200, "application/yaml", kOpenApi};
}

}  // namespace spillway
