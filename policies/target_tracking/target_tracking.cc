#include "policies/target_tracking/target_tracking.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "policies/signal_config.h"
#include "policies/text.h"

namespace spillway {
namespace {

// A runaway value must not overflow whole numbers; the cluster's limits cut it down anyway.
constexpr double kLargestFactor = 1e6;

// `need`, or `usable` in each component in which the two differ by `tolerance` at most.
Capacity HeldWithin(double tolerance, const Capacity& need, const Capacity& usable) {
  const auto held = [tolerance](std::int64_t wanted, std::int64_t have) {
    const double room = tolerance * static_cast<double>(have) + 1e-9;
    return std::abs(static_cast<double>(wanted - have)) <= room ? have : wanted;
  };
  return {held(need.vcpu, usable.vcpu), held(need.memory_mib, usable.memory_mib)};
}

Capacity WantedByLatency(const TargetTrackingConfig& config, double ratio,
                         const ClusterView& cluster) {
  if (ratio > 1.0 + config.tolerance) {
    return Max(Scaled(cluster.ready, std::min(ratio, config.max_step)), cluster.usable);
  }
  if (ratio >= 1.0 - config.tolerance) return cluster.usable;
  const double share = std::min(1.0 - ratio, config.shrink_step);
  const Capacity less = Max(cluster.ready - Scaled(cluster.ready, 1.0 - share), cluster.host_size);
  return Max(cluster.ready - less, Capacity{});
}

bool NeedsReadyHosts(Measure measure) { return measure != Measure::kLoad; }

std::optional<Reason> WhyNonsense(const TargetTrackingConfig& config, double value,
                                  const ClusterView& cluster) {
  if (value < 0) {
    return Reason{"signal_negative",
                  fmt::format("{} is {}: below zero it makes no sense", config.signal.name,
                              FigureText(value)),
                  {{"signal", config.signal.name}, {"value", value}}};
  }
  if (NeedsReadyHosts(config.kind) && cluster.ready.IsZero()) {
    return Reason{"no_ready_hosts",
                  fmt::format("{} says nothing while no host is ready", config.signal.name),
                  {{"signal", config.signal.name}, {"value", value}}};
  }
  return std::nullopt;
}

void CheckLatencyOnly(const ConfigNode& node, Measure measure) {
  for (const char* key : {"max_step", "shrink_step"}) {
    if (measure != Measure::kLatency && node.Has(key)) {
      node[key].Fail("has an effect only with kind: latency");
    }
  }
}

}  // namespace

TargetTrackingPolicy::TargetTrackingPolicy(std::string name, TargetTrackingConfig config)
    : Policy(std::move(name)), config_(std::move(config)) {}

Capacity TargetTrackingPolicy::Wanted(double value, const ClusterView& cluster) const {
  const double ratio = std::min(value / config_.target, kLargestFactor);
  if (config_.kind == Measure::kLatency) return WantedByLatency(config_, ratio, cluster);
  const Capacity& base = config_.kind == Measure::kLoad ? cluster.host_size : cluster.ready;
  return HeldWithin(config_.tolerance, Scaled(base, ratio), cluster.usable);
}

Reason TargetTrackingPolicy::Why(double value, const ClusterView& cluster,
                                 const Capacity& wanted) const {
  const std::string& signal = config_.signal.name;
  const std::string at =
      fmt::format("{} is {}, the target is {}{}", signal, FigureText(value),
                  FigureText(config_.target), config_.kind == Measure::kLoad ? " a host" : "");
  const std::string there = CapacityText(cluster.usable);
  const std::vector<Fact> facts = {{"target", config_.target}, {"tolerance", config_.tolerance}};
  if (wanted == cluster.usable) {
    return {"tracking_hold", fmt::format("{}: the {} that are ready or coming fit", at, there),
            facts};
  }
  const bool grow = !cluster.usable.Covers(wanted);
  return {grow ? "tracking_grow" : "tracking_shrink",
          fmt::format("{}: {} {}, {} are ready or coming", at, CapacityText(wanted),
                      grow ? "are needed" : "are enough", there),
          facts};
}

Recommendation TargetTrackingPolicy::Evaluate(const PolicyInput& input) {
  const Signal& signal = input.signals[0];
  if (auto why = WhyUnknown(signal, config_.signal)) {
    return CannotTell(config_.on_unknown, input, *std::move(why));
  }
  if (auto why = WhyNonsense(config_, signal.value, input.cluster)) {
    return CannotTell(config_.on_unknown, input, *std::move(why));
  }
  const Capacity wanted = Wanted(signal.value, input.cluster);
  return TargetBySignal(signal, config_.signal, input.now, wanted,
                        Why(signal.value, input.cluster, wanted));
}

std::unique_ptr<Policy> ParseTargetTracking(const std::string& name, const ConfigNode& node,
                                            const PolicyContext& /*context*/) {
  TargetTrackingConfig config;
  config.signal = ParseSignal(node["signal"]);
  config.kind = node.OneOf<Measure>("kind", {{"utilisation", Measure::kUtilisation},
                                             {"load", Measure::kLoad},
                                             {"latency", Measure::kLatency}})
                    .Required();
  config.target = node.Number("target").Above(0.0).Required();
  config.tolerance = node.Number("tolerance").Between(0.0, 0.99).Or(config.tolerance);
  config.max_step = node.Number("max_step").Between(1.01, 100.0).Or(config.max_step);
  config.shrink_step = node.Number("shrink_step").Between(0.01, 1.0).Or(config.shrink_step);
  CheckLatencyOnly(node, config.kind);
  config.on_unknown = ParseOnUnknown(node);
  node.Finish();
  if (!(config.target > 0)) return nullptr;
  return std::make_unique<TargetTrackingPolicy>(name, std::move(config));
}

}  // namespace spillway
