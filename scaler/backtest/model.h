// The world of a backtest, the same for every trace and policy of a run.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "scaler/model/money.h"
#include "scaler/model/time.h"

namespace spillway {

struct BacktestModel {
  // Time goes in steps: before each the policy sees the load of all steps before it.
  Duration step = std::chrono::seconds(30);
  // From a host's launch until it is ready. Log-normal: the median, and the standard deviation of
  // the logarithm; 0: always the median.
  Duration boot = std::chrono::seconds(90);
  double boot_sigma = 0;
  Billing billing{std::chrono::seconds(1), std::chrono::seconds(60)};
  // The share of steps that may have fewer ready hosts than needed.
  double violation_budget = 0.005;
  // One host takes the 99.9 % quantile of the load divided by `hosts`, or `capacity` when given.
  double hosts = 40;
  std::optional<double> capacity;
  double start_failures = 0;  // the chance that a launched host never starts
  std::uint64_t seed = 1;

  // Steps from launch to ready: a host is ready at the beginning of a step.
  std::int64_t boot_steps() const { return (boot + step - Duration(1)) / step; }
  double step_seconds() const { return Seconds(step); }
};

}  // namespace spillway
