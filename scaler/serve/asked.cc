#include "scaler/serve/asked.h"

#include "scaler/serve/query.h"

namespace spillway {

bool IsDryRun(const ApiRequest& request) {
  Query query(request.http.query);
  const bool is_dry_run = query.Flag("dry_run");
  query.Finish();
  return is_dry_run;
}

PersonsWord ReadWord(const ApiContext& context, const ApiRequest& request, Body& body) {
  constexpr std::size_t kMostCharacters = 500;
  return {request.caller.name, body.Text("reason", kMostCharacters).value_or(""),
          context.control.now()};
}

}  // namespace spillway
