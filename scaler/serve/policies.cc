// /v1/policies: what acts in each cluster, and what is only asked.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "scaler/control/roles.h"
#include "scaler/model/api_json.h"
#include "scaler/serve/answers.h"
#include "scaler/serve/clusters.h"
#include "scaler/serve/listing.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {
namespace {

using nlohmann::json;

json SignalsJson(const Policy& policy) {
  json signals = json::array();
  for (const SignalSpec& spec : policy.signals()) {
    signals.push_back({{"name", spec.name},
                       {"metric", spec.metric},
                       {"function", Name(spec.function)},
                       {"window", ApiJson(spec.window)},
                       {"max_age", ApiJson(spec.max_age)}});
  }
  return signals;
}

// What it said in the last decision that was news; null: nothing yet.
json SaidJson(const ClusterLook& look, const std::string& policy) {
  if (look.last == nullptr) return nullptr;
  for (const Recommendation& r : look.last->decision.recommendations) {
    if (r.policy == policy) return ApiJson(r);
  }
  return nullptr;
}

json PolicyJson(const ClusterLook& look, const Policy& policy, bool is_acting) {
  return {{"cluster", look.spec.name},
          {"name", policy.name()},
          {"role", is_acting ? "acting" : "shadow"},
          {"measures", Measures(policy)},
          {"signals", SignalsJson(policy)},
          {"recommendation", is_acting ? SaidJson(look, policy.name()) : json(nullptr)},
          {"score", nullptr}};
}

void List(const ApiContext& context, const ClusterLook& look, Listing& listing) {
  const auto takes = [&](const Policy& policy) {
    return listing.Takes(look.spec.name + "~" + policy.name());
  };
  for (const auto& policy : look.acting) {
    if (takes(*policy)) listing.Add(PolicyJson(look, *policy, true));
  }
  const json scores = context.shadow_scores(look.spec.name);
  for (const auto& policy : look.shadows) {
    if (!takes(*policy)) continue;
    json item = PolicyJson(look, *policy, false);
    for (const json& score : scores) {
      if (score.at("policy") == policy->name()) item["score"] = score;
    }
    listing.Add(std::move(item));
  }
}

}  // namespace

HttpAnswer ListPolicies(const ApiContext& context, const ApiRequest& request) {
  Query query(request.http.query);
  const std::optional<std::string> cluster = query.Text("cluster");
  Listing listing(query);
  query.Finish();
  if (cluster) FindCluster(context, request.caller, *cluster);
  for (const ClusterLook& look : context.control.Clusters()) {
    if (!request.caller.MaySee(look.spec.name) || (cluster && *cluster != look.spec.name)) continue;
    List(context, look, listing);
  }
  return listing.Answer();
}

}  // namespace spillway
