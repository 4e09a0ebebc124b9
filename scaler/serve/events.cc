// /v1/events: what happens, as it happens.
#include <set>

#include "scaler/serve/clusters.h"
#include "scaler/serve/event_stream.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {
namespace {

// Whose events the caller gets; nothing: everybody's.
std::optional<std::set<std::string>> ClustersFor(const ApiContext& context, const Caller& caller,
                                                 const std::optional<std::string>& asked) {
  if (asked) return std::set<std::string>{FindCluster(context, caller, *asked).spec.name};
  if (caller.clusters.empty()) return std::nullopt;
  return std::set<std::string>(caller.clusters.begin(), caller.clusters.end());
}

}  // namespace

// A reader that comes back by itself sends the address that it began with, and in a header what it
// has seen since.
HttpAnswer GetEvents(const ApiContext& context, const ApiRequest& request) {
  Query query(request.http.query);
  const std::optional<std::string> cluster = query.Text("cluster");
  const std::string after = query.Text("after").value_or("");
  query.Finish();
  const std::string_view seen = request.http.Header("last-event-id");
  const auto reader = context.events.Open(ClustersFor(context, request.caller, cluster),
                                          seen.empty() ? std::string_view(after) : seen);
  if (!reader) {
    throw Problem(503, "too_many_readers", "as many read events as may at once")
        .With("Retry-After", "15");
  }
  reader->may_go_on = [&access = context.access, caller = request.caller] {
    return access.StillAdmits(caller);
  };
  HttpAnswer answer;
  answer.content_type = "text/event-stream";
  answer.stream = reader;
  return answer;
}

}  // namespace spillway
