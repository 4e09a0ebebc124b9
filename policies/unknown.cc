#include "policies/unknown.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "policies/text.h"

namespace spillway {
namespace {

constexpr std::int64_t kMostHosts = 1'000'000;

std::string Describe(const Signal& signal, const SignalSpec& spec) {
  switch (signal.state) {
    case SignalState::kStale:
      return fmt::format("signal {} is stale: its newest sample is {} old, {} are allowed",
                         spec.name, SpanText(signal.age), SpanText(spec.max_age));
    case SignalState::kNotFinite:
      return fmt::format("signal {} is not finite: {} points of metric {}, the newest {} old",
                         spec.name, signal.points, spec.metric, SpanText(signal.age));
    default:
      return fmt::format("signal {} is missing: metric {} has {} points in the last {}", spec.name,
                         spec.metric, signal.points, SpanText(spec.window));
  }
}

}  // namespace

OnUnknown ParseOnUnknown(const ConfigNode& policy) {
  const ConfigNode node = policy["on_unknown"];
  OnUnknown result;
  if (node.IsMissing()) return result;
  if (node.IsString()) {
    if (node.AsString() != "hold") node.Fail("expected hold or {add_hosts: N, up_to_hosts: M}");
    return result;
  }
  result.add_hosts = node.Integer("add_hosts").Between(1, kMostHosts).Required();
  result.up_to_hosts = node.Integer("up_to_hosts").Between(1, kMostHosts).Optional();
  node.Finish();
  return result;
}

Recommendation CannotTell(const OnUnknown& on_unknown, const PolicyInput& input, Reason why) {
  Recommendation r;
  r.kind = RecommendationKind::kUnknown;
  r.may_shrink = false;
  r.reason = std::move(why);
  if (on_unknown.add_hosts == 0) return r;

  const ClusterView& cluster = input.cluster;
  r.wanted = cluster.ready + cluster.host_size * on_unknown.add_hosts;
  if (on_unknown.up_to_hosts) {
    r.wanted = Min(r.wanted, cluster.host_size * *on_unknown.up_to_hosts);
  }
  r.reason.text += fmt::format("; meanwhile {} at least", CapacityText(r.wanted));
  r.reason.facts.push_back({"add_hosts", on_unknown.add_hosts});
  return r;
}

std::optional<Reason> WhyUnknown(const Signal& signal, const SignalSpec& spec) {
  if (signal.has_value()) return std::nullopt;
  const std::string state(Name(signal.state));
  return Reason{"signal_" + state,
                Describe(signal, spec),
                {{"signal", spec.name}, {"state", state}, {"age_seconds", Seconds(signal.age)}}};
}

Recommendation TargetBySignal(const Signal& signal, const SignalSpec& spec, Time now,
                              Capacity wanted, Reason reason) {
  Recommendation r;
  r.kind = RecommendationKind::kTarget;
  r.wanted = wanted;
  r.reason = std::move(reason);
  r.reason.facts.insert(r.reason.facts.begin(), {{"signal", spec.name}, {"value", signal.value}});
  if (signal.state == SignalState::kPartial) {
    r.may_shrink = false;
    r.reason.text += fmt::format("; {} of {} series fell silent, so it may only grow",
                                 signal.silent, signal.series + signal.silent);
    r.reason.facts.push_back({"silent", signal.silent});
  }
  // A sample as old as max_age still counts; the next moment it does not.
  r.valid_until = now + std::max(spec.max_age - signal.age, Duration(0)) + Duration(1);
  return r;
}

}  // namespace spillway
