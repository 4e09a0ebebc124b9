// /v1/me: who the token belongs to, for those who show only what it may do.
#include <nlohmann/json.hpp>

#include "scaler/serve/answers.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {

HttpAnswer GetMe(const ApiContext& /*context*/, const ApiRequest& request) {
  Query(request.http.query).Finish();
  const Caller& caller = request.caller;
  return JsonAnswer(
      {{"name", caller.name}, {"role", Name(caller.role)}, {"clusters", caller.clusters}});
}

}  // namespace spillway
