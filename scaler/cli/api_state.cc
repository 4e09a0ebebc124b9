#include "scaler/cli/api_state.h"

#include <algorithm>
#include <cmath>

#include "scaler/cli/action_view.h"
#include "scaler/model/api_reading.h"
#include "scaler/model/names.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using nlohmann::json;

Time TimeOr(const json& text, Time never) {
  if (text.is_null()) return never;
  return ParseRfc3339(text.get<std::string>()).value_or(never);
}

Duration DurationFrom(const json& seconds) {
  return Duration(std::llround(seconds.get<double>() * 1000));
}

template <class T>
std::vector<T> ListFrom(const json& items) {
  std::vector<T> list;
  for (const json& item : items) list.push_back(FromApi<T>(item));
  return list;
}

ClusterState StateFrom(const json& cluster) {
  ClusterState state;
  state.cluster = cluster.at("name");
  state.has_decided = !cluster.at("last_decision").is_null();
  state.wanted = FromApi<Capacity>(cluster.at("capacity").at("wanted"));
  state.last_out = TimeOr(cluster.at("last_grown"), kDistantPast);
  state.last_in = TimeOr(cluster.at("last_shrunk"), kDistantPast);
  state.held_down_until = TimeOr(cluster.at("held_down_until"), kDistantPast);
  state.signals = ListFrom<Signal>(cluster.at("signals"));
  state.signals_at = TimeOr(cluster.at("signals_at"), kDistantPast);
  return state;
}

DecisionRecord LastDecision(const json& cluster) {
  const json& last = cluster.at("last_decision");
  DecisionRecord record;
  record.decision.cluster = cluster.at("name");
  record.decision.id = last.at("id");
  record.decision.time = TimeOr(last.at("time"), kDistantPast);
  record.decision.verdict = VerdictFrom(last.at("verdict").get<std::string>()).value_or(Verdict{});
  record.decision.money = FromApi<MoneyState>(cluster.at("money"));
  record.plan.shortfall = FromApi<Capacity>(cluster.at("capacity").at("shortfall"));
  record.acted = last.at("acted");
  return record;
}

// A provider that is on several ladders is left alone once.
void AddBackoffs(const json& cluster, std::vector<OfferBackoff>& backoffs) {
  for (const json& rung : cluster.at("ladder")) {
    for (OfferBackoff& backoff : ListFrom<OfferBackoff>(rung.at("backoffs"))) {
      const bool is_known = std::any_of(backoffs.begin(), backoffs.end(),
                                        [&](const auto& b) { return b.key == backoff.key; });
      if (!is_known) backoffs.push_back(std::move(backoff));
    }
  }
}

FleetScore FleetFrom(const json& fleet) {
  FleetScore score;
  score.cost = Money::FromDouble(fleet.at("cost"));
  score.violated = DurationFrom(fleet.at("violated_s"));
  score.launches = fleet.at("launches");
  score.ready = fleet.at("ready_hosts");
  return score;
}

}  // namespace

ShadowScore ScoreFrom(const json& j) {
  ShadowScore score;
  score.cluster = j.at("cluster");
  score.policy = j.at("policy");
  score.watched = DurationFrom(j.at("watched_s"));
  score.judged = DurationFrom(j.at("judged_s"));
  score.start = DurationFrom(j.at("start_s"));
  score.acting = FleetFrom(j.at("acting"));
  score.shadow = FleetFrom(j.at("shadow"));
  score.has_objective = score.judged > Duration(0);
  score.says = j.at("says");
  return score;
}

StatusInput ApiState::AsOf(Time now) {
  said.clear();
  for (const json& cluster : clusters) {
    for (std::string& text : OrderTexts(cluster, now)) {
      said.push_back({cluster.at("name"), std::move(text)});
    }
  }
  return {states, records, decisions, backoffs, shadows, now, said};
}

ApiState StateOf(json clusters, json hosts, const json& policies) {
  ApiState state;
  state.records = ListFrom<HostRecord>(hosts);
  for (const json& cluster : clusters) {
    state.states.push_back(StateFrom(cluster));
    if (!cluster.at("last_decision").is_null()) state.decisions.push_back(LastDecision(cluster));
    AddBackoffs(cluster, state.backoffs);
  }
  for (const json& policy : policies) {
    if (!policy.at("score").is_null()) state.shadows.push_back(ScoreFrom(policy.at("score")));
  }
  state.clusters = std::move(clusters);
  state.hosts = std::move(hosts);
  return state;
}

ApiState ReadState(ApiClient& client, const std::string& cluster) {
  json clusters = cluster.empty() ? client.List(ApiPath({"clusters"}))
                                  : json::array({client.Get(ApiPath({"clusters", cluster}))});
  json hosts = client.List(ApiPath({"hosts"}, {{"cluster", cluster}}));
  const json policies = client.List(ApiPath({"policies"}, {{"cluster", cluster}}));
  return Understood(client,
                    [&] { return StateOf(std::move(clusters), std::move(hosts), policies); });
}

}  // namespace spillway
