// Steps: where the signal lies says by how much the cluster changes.
//
//   signal: {metric: cpu}
//   steps:
//     - {from: 0.8, to: 0.9, change: {hosts: 1}}
//     - {from: 0.9, change: {percent: 50}}
//     - {to: 0.3, change: {hosts: -1}}
//   on_unknown: hold
//
// A change is one of hosts: N, percent: P (both may be negative: shrink), capacity: {vcpu, memory}
// and, to shrink, minus_capacity: {vcpu, memory}.
//
// Ranges are half-open, [from, to); a missing bound is open. They must not overlap. What a step
// gives, in each of vCPU and memory:
//
//   grow     ready + change, but never less than what is ready or coming already: while the hosts
//            of a step are starting the step does not compound, and a lower step does not call
//            off what a higher one ordered. A value still in a step when its hosts have become
//            ready takes the step again, from there.
//   shrink   ready - change, and never below zero. Hosts that are still coming are called off
//            too. How often a step is taken is the business of the cluster's cooldown.
//   outside  what is ready or coming: hold.
//
// A percentage is of the ready capacity, and moves at least one host, so that a small fleet moves
// too.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policies/policy.h"
#include "policies/unknown.h"

namespace spillway {

struct ThresholdConfig {
  struct Step {
    double from = -std::numeric_limits<double>::infinity();
    double to = std::numeric_limits<double>::infinity();
    Capacity change;                // negative: shrink; both members of one sign
    std::optional<double> percent;  // in place of `change`

    bool Contains(double value) const { return from <= value && value < to; }
    bool IsShrink() const {
      return percent ? *percent < 0 : change.vcpu < 0 || change.memory_mib < 0;
    }
    friend bool operator==(const Step&, const Step&) = default;
  };

  SignalSpec signal;
  std::vector<Step> steps;
  OnUnknown on_unknown;
};

class ThresholdPolicy final : public Policy {
 public:
  ThresholdPolicy(std::string name, ThresholdConfig config);

  std::span<const SignalSpec> signals() const override { return {&config_.signal, 1}; }
  Recommendation Evaluate(const PolicyInput& input) override;

 private:
  const ThresholdConfig config_;
};

std::unique_ptr<Policy> ParseThreshold(const std::string& name, const ConfigNode& node,
                                       const PolicyContext& context);

}  // namespace spillway
