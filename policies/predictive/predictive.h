// Looks ahead: has hosts ready when demand comes, at the least cost for a stated share of time in
// which they may be too few.
//
//   signal: {metric: requests_per_second, function: last, across: sum}
//   kind: load                # or utilisation: as in target_tracking
//   target: 500               # above 0: what one host takes; with utilisation the value to keep to
//   violation_budget: 0.01    # share of time in which demand may exceed the ready hosts
//   time_to_ready: learned    # or a duration such as 90s; from launch to ready
//   price_per_launch: 0.01    # host-hours that a launch costs beside the time it is paid for
//   step: 30s
//   on_unknown: hold
//
// What is needed of the operator is what only he can know: the signal, what a host takes, and the
// budget. How long hosts take is learned from those that became ready (nine of ten were faster),
// and everything else from the load.
//
// How it decides, step by step (the headers named have formulas and sources):
//   1. Demand in hosts is forecast for when a host launched now would be ready, as a distribution:
//      from the last values, the time of hour, day and week, and what followed before in a
//      situation like this (past.h, demand_forecast.h, mixer.h).
//   2. For each of 23 prices of a shortage the fleet is found that costs least (newsvendor.h).
//   3. 690 simulated fleets act on that, more or less patiently, and their costs and shortages are
//      counted (shadow_fleets.h).
//   4. The one is followed that is cheapest within what is left of the budget (portfolio.h).
// The budget is met over days, not within each hour. Where it has been overspent by what a day and
// a half may spend, what is needed now is a floor.
//
// Time goes in steps: the first value that is new in a step is taken for the demand of the step
// before, and later evaluations in it repeat the answer. A step in which none came repeats the
// value before, once it is over. A price per launch breaks ties for calm:
// 0.01 host-hours are half a minute, less than any provider bills a host for.
//
// New: until six hours were seen, one and a half times the highest demand of the last half hour.
// A signal that cannot tell is kUnknown, and nothing is learned; a partial one may grow the fleet,
// and teaches nothing. One host at least is always wanted. With `utilisation` demand is seen only
// as far as the ready hosts take it: prefer a load where there is one.
//
// Reason codes: predictive_grow, predictive_hold, predictive_shrink, predictive_learning,
// signal_negative, no_ready_hosts.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "policies/policy.h"
#include "policies/predictive/learner.h"
#include "policies/unknown.h"

namespace spillway {

enum class DemandKind { kLoad, kUtilisation };

struct PredictiveConfig {
  SignalSpec signal;
  DemandKind kind = DemandKind::kLoad;
  double target = 1.0;
  double violation_budget = 0.01;
  std::optional<Duration> time_to_ready;  // none: learned
  double price_per_launch = 0.01;         // host-hours
  Duration step = std::chrono::seconds(30);
  OnUnknown on_unknown;
};

class PredictivePolicy final : public Policy {
 public:
  // REQUIRES: a config within the bounds above.
  PredictivePolicy(std::string name, PredictiveConfig config);

  std::span<const SignalSpec> signals() const override { return {&config_.signal, 1}; }
  Recommendation Evaluate(const PolicyInput& input) override;
  std::string Memory() const override;
  bool Recall(std::string_view memory) override;

 private:
  double DemandHosts(double value, const ClusterView& cluster) const;
  std::int64_t BootSteps(Duration time_to_ready) const;
  void FollowTimeToReady(const ClusterView& cluster);
  std::int64_t StepOf(Time t) const;
  void Learn(double demand_hosts, Time seen, const PolicyInput& input);
  void Pass(std::int64_t step, double demand_hosts, const PolicyInput& input);
  Reason Why(double demand_hosts, std::int64_t hosts, const PolicyInput& input) const;
  std::string Origin() const;
  predictive::LearnerConfig Learning() const;

  const PredictiveConfig config_;
  std::unique_ptr<predictive::Learner> learner_;
  // A step whose value has not come yet, and the one before.
  struct Awaiting {
    std::int64_t step;
    double demand_hosts;
  };

  // The last step that was begun with a value, when that was seen, and the hosts that were ready
  // throughout since.
  std::int64_t step_ = -1;
  Time seen_ = Time::min();
  std::int64_t ready_hosts_ = std::numeric_limits<std::int64_t>::max();
  std::optional<Awaiting> awaiting_;
};

std::unique_ptr<Policy> ParsePredictive(const std::string& name, const ConfigNode& node,
                                        const PolicyContext& context);

}  // namespace spillway
