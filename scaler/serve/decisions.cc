// /v1/decisions: what was decided, with every reason; and why nothing else was.
#include <nlohmann/json.hpp>

#include "scaler/model/api_json.h"
#include "scaler/model/names.h"
#include "scaler/serve/answers.h"
#include "scaler/serve/clusters.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {
namespace {

using nlohmann::json;

DecisionFilter ReadDecisionFilter(const ApiRequest& request) {
  Query query(request.http.query);
  DecisionFilter filter;
  filter.cluster = query.Text("cluster").value_or("");
  filter.since = query.TimeOf("since");
  filter.before = query.TimeOf("before");
  filter.limit = query.Integer("limit", 1, 200, filter.limit);
  if (const auto cursor = query.Text("cursor")) {
    filter.cursor = DecisionCursorFrom(*cursor);
    if (!filter.cursor) query.Fail("cursor", "expected the next_cursor of another page");
  }
  query.Finish();
  filter.sees = [caller = request.caller](const std::string& cluster) {
    return caller.MaySee(cluster);
  };
  return filter;
}

template <class T>
json Array(const std::vector<T>& values) {
  json array = json::array();
  for (const T& value : values) array.push_back(ApiJson(value));
  return array;
}

json NotChosen(const std::vector<Considered>& considered) {
  json array = json::array();
  for (const Considered& one : considered) {
    if (!one.chosen) array.push_back(ApiJson(one));
  }
  return array;
}

// What stopped it, stage by stage: recommendations that lost, limits, rungs, offers, hosts.
json WhyNotJson(const DecisionInForce& in_force, Time at) {
  const Decision& decision = in_force.record.decision;
  const Plan& plan = in_force.record.plan;
  return {{"cluster", decision.cluster},
          {"at", ApiJson(at)},
          {"decision", decision.id},
          {"decided", ApiJson(decision.time)},
          {"held_until", in_force.until ? ApiJson(*in_force.until) : json(nullptr)},
          {"verdict", Name(decision.verdict)},
          {"acted", in_force.record.acted},
          {"wanted", ApiJson(decision.wanted)},
          {"ready", ApiJson(decision.ready)},
          {"usable", ApiJson(decision.usable)},
          {"shortfall", ApiJson(plan.shortfall)},
          {"recommendations", Array(decision.recommendations)},
          {"reasons", Array(decision.reasons)},
          {"rungs", Array(plan.reasons)},
          {"offers_passed_over", NotChosen(plan.offers)},
          {"hosts_kept", NotChosen(plan.hosts)}};
}

}  // namespace

HttpAnswer ListDecisions(const ApiContext& context, const ApiRequest& request) {
  const DecisionPage page = context.queries.Decisions(ReadDecisionFilter(request));
  return JsonAnswer({{"items", Array(page.decisions)},
                     {"next_cursor", page.next ? json(TextOf(*page.next)) : json(nullptr)}});
}

HttpAnswer GetDecision(const ApiContext& context, const ApiRequest& request) {
  Query(request.http.query).Finish();
  const std::string& id = request.Part("decision");
  const std::optional<DecisionRecord> record = context.queries.FindDecision(id);
  if (!record || !request.caller.MaySee(record->decision.cluster)) {
    throw NotFound("there is no decision " + id + "; old ones are deleted after their retention");
  }
  return JsonAnswer(ApiJson(*record));
}

HttpAnswer GetWhyNot(const ApiContext& context, const ApiRequest& request) {
  Query query(request.http.query);
  const Time at = query.TimeOf("at").value_or(context.control.now());
  query.Finish();
  const ClusterLook look = FindCluster(context, request.caller, request.Part("cluster"));
  const auto in_force = context.queries.InForce(look.spec.name, at);
  if (!in_force) {
    throw NotFound("no decision is known that " + look.spec.name + " had at that time");
  }
  return JsonAnswer(WhyNotJson(*in_force, at));
}

}  // namespace spillway
