// /v1/hosts: every machine and where it stands.
#include "scaler/serve/hosts.h"

#include <nlohmann/json.hpp>

#include "scaler/model/api_json.h"
#include "scaler/model/names.h"
#include "scaler/serve/answers.h"
#include "scaler/serve/listing.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"
#include "scaler/serve/tags.h"

namespace spillway {
namespace {

using nlohmann::json;

struct HostsFilter {
  std::optional<std::string> cluster;
  std::optional<std::string> provider;
  std::optional<HostState> state;
  bool gone = false;

  bool Takes(const HostRecord& host) const {
    return (!cluster || host.cluster == *cluster) && (!provider || host.provider == *provider) &&
           (!state || host.state == *state);
  }
};

HostsFilter ReadHostsFilter(Query& query) {
  HostsFilter filter;
  filter.cluster = query.Text("cluster");
  filter.provider = query.Text("provider");
  if (const auto word = query.Text("state")) {
    filter.state = HostStateFrom(*word);
    if (!filter.state) query.Fail("state", "expected a state of hosts such as ready");
  }
  filter.gone = query.Flag("gone") || filter.state == HostState::kGone;
  return filter;
}

}  // namespace

HttpAnswer ListHosts(const ApiContext& context, const ApiRequest& request) {
  Query query(request.http.query);
  const HostsFilter filter = ReadHostsFilter(query);
  Listing listing(query, Listing::Order::kByKey);
  query.Finish();
  for (const HostRecord& host : context.queries.Hosts(filter.gone)) {
    if (!request.caller.MaySee(host.cluster) || !filter.Takes(host)) continue;
    if (listing.Takes(host.id)) listing.Add(ApiJson(host));
  }
  return listing.Answer();
}

HostRecord FindHost(const ApiContext& context, const ApiRequest& request) {
  const std::string& id = request.Part("host");
  const std::optional<HostRecord> host = context.queries.FindHost(id);
  if (!host || !request.caller.MaySee(host->cluster)) throw NotFound("there is no host " + id);
  return *host;
}

HttpAnswer AnswerHost(const HostRecord& host) {
  HttpAnswer answer = JsonAnswer(ApiJson(host));
  answer.headers.emplace_back("ETag", TagOf(host));
  return answer;
}

HttpAnswer GetHost(const ApiContext& context, const ApiRequest& request) {
  Query(request.http.query).Finish();
  return AnswerHost(FindHost(context, request));
}

}  // namespace spillway
