// Holds a signal at a target.
//
//   signal: {metric: cpu}
//   kind: utilisation       # or load, or latency: how the signal answers to capacity
//   target: 0.7             # above 0, in the signal's unit
//   tolerance: 0.1          # from 0, below 1: this far off, as a share, is on target
//   max_step: 2             # latency only: the largest factor of one growth
//   shrink_step: 0.1        # latency only: the largest share of one shrinking
//   on_unknown: hold
//
// `utilisation`: the average use of the ready capacity. The work is value × ready, so the capacity
// that brings the value to the target is ready × value / target. Without a ready host nobody can
// tell (kUnknown).
//
// `load`: a total, such as requests per second or waiting jobs; `target` is what one host of the
// cluster's size takes. Needed are value / target hosts, whatever there is: this works from zero.
//
// In both the need is absolute, and is compared with the fleet as it will be when everything that
// is coming has come: needs within `tolerance` of what is usable hold it, others are the target.
// So nothing compounds while hosts start, and hosts that are no longer needed are called off.
//
// `latency`: does not grow in proportion. Above the target it may explode while a queue fills, and
// a formula would ask for ten fleets; below it, it hardly changes until the fleet is too small. So
// growth goes with value / target but by the factor `max_step` at most, from what is ready, and
// never calls off what is coming; shrinking feels its way, only below target × (1 - tolerance),
// by at most `shrink_step` of what is ready, or one host where that is less than a host. In between
// what is usable is held. Without a ready host nobody can tell. This is the simple way, without a
// model of queues and places: latency/latency.h has both.
//
// What is held is usable (ready and coming) capacity, not what was wanted last: the signal speaks
// of the fleet that there is, and says that it fits.
//
// A value below zero is nonsense and therefore unknown, not a reason to shrink.
#pragma once

#include <memory>
#include <string>

#include "policies/policy.h"
#include "policies/unknown.h"

namespace spillway {

struct TargetTrackingConfig {
  SignalSpec signal;
  Measure kind = Measure::kUtilisation;
  double target = 1.0;
  double tolerance = 0.1;
  double max_step = 2.0;
  double shrink_step = 0.1;
  OnUnknown on_unknown;
};

class TargetTrackingPolicy final : public Policy {
 public:
  // REQUIRES: a config within the bounds above.
  TargetTrackingPolicy(std::string name, TargetTrackingConfig config);

  std::span<const SignalSpec> signals() const override { return {&config_.signal, 1}; }
  std::optional<Measure> measure(std::size_t /*i*/) const override { return config_.kind; }
  Recommendation Evaluate(const PolicyInput& input) override;

 private:
  Capacity Wanted(double value, const ClusterView& cluster) const;
  Reason Why(double value, const ClusterView& cluster, const Capacity& wanted) const;

  const TargetTrackingConfig config_;
};

std::unique_ptr<Policy> ParseTargetTracking(const std::string& name, const ConfigNode& node,
                                            const PolicyContext& context);

}  // namespace spillway
