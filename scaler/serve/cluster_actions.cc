// POST /v1/clusters/{cluster}/…: what people say of a cluster.
#include <fmt/core.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "scaler/model/api_json.h"
#include "scaler/serve/answers.h"
#include "scaler/serve/asked.h"
#include "scaler/serve/clusters.h"
#include "scaler/serve/resources.h"
#include "scaler/serve/tags.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr std::int64_t kDay = 24 * 3600;
constexpr std::int64_t kLongestPause = 365 * kDay;
constexpr std::int64_t kShortestScale = 60;
constexpr std::int64_t kLongestScale = 30 * kDay;
constexpr std::int64_t kMostHosts = 1'000'000;

// What is said of the cluster, changed; `look` is valid meanwhile.
using Change =
    std::function<void(ClusterOrders& orders, const PersonsWord& word, const ClusterLook& look)>;

json PreviewJson(const std::string& cluster, const Preview& preview) {
  return {{"dry_run", true},
          {"cluster", cluster},
          {"before", ApiJson(preview.before)},
          {"after", ApiJson(preview.after)},
          {"words", preview.words}};
}

HttpAnswer Order(const ApiContext& context, const ApiRequest& request, Body& body,
                 const Change& change) {
  const std::string& name = request.Part("cluster");
  const ClusterLook look = FindCluster(context, request.caller, name);
  const bool is_dry_run = IsDryRun(request);
  const PersonsWord word = ReadWord(context, request, body);
  body.Finish();
  const Time now = context.control.now();
  CheckMatch(request.http, TagOf(look, now));
  ClusterOrders orders = InForce(look.state.orders, now);
  change(orders, word, look);
  if (is_dry_run) return JsonAnswer(PreviewJson(name, context.orders.Foresee(name, orders)));
  context.orders.Give(name, orders);
  return AnswerCluster(context, look);
}

Duration SecondsOf(std::int64_t seconds) { return std::chrono::seconds(seconds); }

}  // namespace

HttpAnswer PauseCluster(const ApiContext& context, const ApiRequest& request) {
  Body body(request.http.body);
  const auto for_s = body.Integer("for_s", 1, kLongestPause);
  return Order(context, request, body,
               [&](ClusterOrders& orders, const PersonsWord& word, const ClusterLook&) {
                 const Time until = for_s ? word.since + SecondsOf(*for_s) : kDistantFuture;
                 orders.pause = Pause{word, until};
               });
}

HttpAnswer ResumeCluster(const ApiContext& context, const ApiRequest& request) {
  Body body(request.http.body);
  return Order(
      context, request, body,
      [](ClusterOrders& orders, const PersonsWord&, const ClusterLook&) { orders.pause.reset(); });
}

HttpAnswer ScaleCluster(const ApiContext& context, const ApiRequest& request) {
  Body body(request.http.body);
  const auto for_s = body.Integer("for_s", kShortestScale, kLongestScale);
  const auto hosts = body.Integer("hosts", 0, kMostHosts);
  const auto capacity = body.CapacityOf("capacity");
  if (!body.Has("for_s")) {
    body.Fail("for_s", fmt::format("is required: for how many seconds it holds, from {} to {}",
                                   kShortestScale, kLongestScale));
  }
  if (body.Has("hosts") == body.Has("capacity")) {
    body.Fail("", "expected either hosts, a number, or capacity, of vcpu and memory_mib");
  }
  return Order(context, request, body,
               [&](ClusterOrders& orders, const PersonsWord& word, const ClusterLook& look) {
                 const Capacity wanted = capacity ? *capacity : look.spec.host_size * *hosts;
                 orders.scale = ManualScale{wanted, hosts, word, word.since + SecondsOf(*for_s)};
               });
}

HttpAnswer UnscaleCluster(const ApiContext& context, const ApiRequest& request) {
  Body body(request.http.body);
  return Order(
      context, request, body,
      [](ClusterOrders& orders, const PersonsWord&, const ClusterLook&) { orders.scale.reset(); });
}

// What policies would say that have only been asked so far is not known before they act.
HttpAnswer PromotePolicy(const ApiContext& context, const ApiRequest& request) {
  Body body(request.http.body);
  const ClusterLook look = FindCluster(context, request.caller, request.Part("cluster"));
  const bool is_dry_run = IsDryRun(request);
  ReadWord(context, request, body);
  body.Finish();
  CheckMatch(request.http, TagOf(look, context.control.now()));
  const std::string& policy = request.Part("policy");
  const Result<PolicyRoles> roles = is_dry_run ? context.orders.ForeseePromoted(look, policy)
                                               : context.orders.Promote(look, policy);
  if (!roles) throw NotFound(roles.error().text);
  if (!is_dry_run) return AnswerCluster(context, look);
  return JsonAnswer({{"dry_run", true},
                     {"cluster", look.spec.name},
                     {"before", nullptr},
                     {"after", nullptr},
                     {"words", {policy + " acts; what else measures is only asked"}}});
}

}  // namespace spillway
