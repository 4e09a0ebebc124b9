// What a policy does with a course: the fleet of each step. Two ways to find out, one result.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "policies/policy.h"
#include "scaler/backtest/course.h"
#include "scaler/backtest/model.h"

namespace spillway {

struct FleetHistory {
  // In each step, after what was decided before it.
  std::vector<std::int32_t> ready;
  std::vector<std::int32_t> booting;
  std::vector<std::int32_t> launches;
  std::vector<double> paid;  // host-seconds that were billed in it
  double decision_us = 0;    // of the policies, the mean over all steps

  friend bool operator==(const FleetHistory&, const FleetHistory&) = default;
};

using Policies = std::vector<std::unique_ptr<Policy>>;

// The metric and the cluster that policies see.
inline constexpr const char* kBacktestMetric = "load";
inline constexpr const char* kBacktestCluster = "backtest";
// A host of the backtest: small, so that a recommendation may be a fraction of one.
inline constexpr Capacity kBacktestHost{1, 1024};
inline constexpr std::int64_t kBacktestMaxHosts = 100'000;

// How many samples of a series the windows of these signals reach over.
std::size_t PointsFor(std::span<const SignalSpec> signals, Duration step);

// The control loop as it runs live, on simulated time: samples, observe, decide, plan, provision,
// the simulated provider. Policies are evaluated together, once a step.
FleetHistory RunLive(const Course& course, const BacktestModel& model, Policies policies);

// One policy and FleetModel, nothing else: the same result, several times faster, for a model
// without chance (boot_sigma and start_failures 0). For tuning, and to check the other by.
FleetHistory RunDirect(const Course& course, const BacktestModel& model, Policy& policy);

}  // namespace spillway
