// /v1/clusters: what each wants and has, what it sees, what it costs.
#include "scaler/serve/clusters.h"

#include <map>
#include <nlohmann/json.hpp>
#include <vector>

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

json HostsJson(std::span<const HostRecord> hosts) {
  std::map<std::string, int> by_state;
  std::map<std::string, int> by_provider;
  for (const HostRecord& host : hosts) {
    ++by_state[std::string(Name(host.state))];
    ++by_provider[host.provider];
  }
  return {{"total", hosts.size()}, {"by_state", by_state}, {"by_provider", by_provider}};
}

json CapacityJson(const ClusterLook& look, const ClusterSummary& summary) {
  const Capacity shortfall = look.last == nullptr ? Capacity{} : look.last->plan.shortfall;
  return {{"wanted", ApiJson(summary.wanted)},
          {"ready", ApiJson(summary.ready)},
          {"usable", ApiJson(summary.usable)},
          {"shortfall", ApiJson(shortfall)},
          {"host_size", ApiJson(look.spec.host_size)}};
}

json MoneyJson(const ClusterSpec& spec, const MoneyState& money) {
  json j = ApiJson(money);
  j["limit_per_hour"] = ApiJson(spec.money.per_hour);
  j["limit_per_month"] = ApiJson(spec.money.per_month);
  return j;
}

// The ladder, with what each rung holds and what of it is left alone for a while.
json LadderJson(const ClusterSpec& spec, std::span<const HostRecord> hosts,
                const std::vector<OfferBackoff>& backoffs, Time now) {
  json ladder = json::array();
  for (const PoolSpec& pool : spec.ladder) {
    std::int64_t taken = 0;
    for (const HostRecord& host : hosts) taken += host.pool == pool.name ? 1 : 0;
    json left_alone = json::array();
    for (const OfferBackoff& backoff : backoffs) {
      const bool is_of_it =
          backoff.key == pool.provider || backoff.key.starts_with(pool.provider + "/");
      if (is_of_it && backoff.until > now) left_alone.push_back(ApiJson(backoff));
    }
    ladder.push_back({{"name", pool.name},
                      {"provider", pool.provider},
                      {"location", pool.location},
                      {"cluster_type", Name(pool.cluster_type)},
                      {"plans", pool.plans},
                      {"hosts", taken},
                      {"max_hosts", pool.max_hosts},
                      {"is_full", taken >= pool.max_hosts},
                      {"backoffs", std::move(left_alone)}});
  }
  return ladder;
}

json SignalsJson(const ClusterState& state) {
  json signals = json::array();
  for (const Signal& signal : state.signals) signals.push_back(ApiJson(signal));
  return signals;
}

json LastDecisionJson(const DecisionRecord* last) {
  if (last == nullptr) return nullptr;
  return {{"id", last->decision.id},
          {"time", ApiJson(last->decision.time)},
          {"verdict", Name(last->decision.verdict)},
          {"acted", last->acted}};
}

json PausedJson(const std::optional<Pause>& pause) {
  if (!pause) return nullptr;
  json j = ApiJson(pause->word);
  j["until"] = ApiJson(pause->until);
  return j;
}

json ManualScaleJson(const std::optional<ManualScale>& scale) {
  if (!scale) return nullptr;
  json j = ApiJson(scale->word);
  j["until"] = ApiJson(scale->until);
  j["wanted"] = ApiJson(scale->wanted);
  j["hosts"] = scale->hosts ? json(*scale->hosts) : json(nullptr);
  return j;
}

json ClusterJson(const ApiContext& context, const ClusterLook& look) {
  const ClusterSpec& spec = look.spec;
  const ClusterState& state = look.state;
  const ClusterSummary summary = context.control.SummaryOf(look);
  const std::span<const HostRecord> hosts = context.control.fleet().OfCluster(spec.name);
  const Time now = context.control.now();
  const ClusterOrders orders = InForce(state.orders, now);
  return {{"name", spec.name},
          {"workload", Name(spec.workload)},
          {"hypervisor", Name(spec.hypervisor)},
          {"registrar", spec.registrar},
          {"dry_run", spec.dry_run},
          {"paused", PausedJson(orders.pause)},
          {"manual_scale", ManualScaleJson(orders.scale)},
          {"jurisdiction", spec.jurisdiction},
          {"limits", {{"min_hosts", spec.limits.min_hosts}, {"max_hosts", spec.limits.max_hosts}}},
          {"capacity", CapacityJson(look, summary)},
          {"hosts", HostsJson(hosts)},
          {"money", MoneyJson(spec, summary.money)},
          {"ladder", LadderJson(spec, hosts, context.control.backoffs(), now)},
          {"signals", SignalsJson(state)},
          {"signals_at", ApiJson(state.signals_at)},
          {"last_grown", ApiJson(state.last_out)},
          {"last_shrunk", ApiJson(state.last_in)},
          {"held_down_until",
           state.held_down_until > now ? ApiJson(state.held_down_until) : json(nullptr)},
          {"last_decision", LastDecisionJson(look.last)}};
}

}  // namespace

ClusterLook FindCluster(const ApiContext& context, const Caller& caller, const std::string& name) {
  std::optional<ClusterLook> look = context.queries.FindCluster(name);
  if (!look || !caller.MaySee(name)) throw NotFound("there is no cluster " + name);
  return *look;
}

HttpAnswer AnswerCluster(const ApiContext& context, const ClusterLook& look) {
  HttpAnswer answer = JsonAnswer(ClusterJson(context, look));
  answer.headers.emplace_back("ETag", TagOf(look, context.control.now()));
  return answer;
}

HttpAnswer ListClusters(const ApiContext& context, const ApiRequest& request) {
  Query query(request.http.query);
  Listing listing(query);
  query.Finish();
  for (const ClusterLook& look : context.control.Clusters()) {
    if (!request.caller.MaySee(look.spec.name)) continue;
    if (listing.Takes(look.spec.name)) listing.Add(ClusterJson(context, look));
  }
  return listing.Answer();
}

HttpAnswer GetCluster(const ApiContext& context, const ApiRequest& request) {
  Query(request.http.query).Finish();
  return AnswerCluster(context, FindCluster(context, request.caller, request.Part("cluster")));
}

}  // namespace spillway
