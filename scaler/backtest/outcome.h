// One policy on one trace, in figures. docs/backtest.md describes each.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "scaler/backtest/course.h"
#include "scaler/backtest/elasticity.h"
#include "scaler/backtest/model.h"
#include "scaler/backtest/optimum.h"
#include "scaler/backtest/run.h"

namespace spillway {

struct Outcome {
  std::string trace;
  std::string policy;
  double boot_s = 0;
  double violation_budget = 0;
  double violated_share = 0;  // of the scored steps
  double cost = 0;            // host-hours that were billed
  double optimum = 0;         // host-hours of the clairvoyant optimum within the budget
  double dual_bound = 0;      // no plan within the budget costs less
  double cost_ratio = 0;      // cost / optimum
  Elasticity elasticity;
  double launches_per_day = 0;
  double decision_us = 0;  // of the policy, on average
  double scored_days = 0;

  bool keeps_budget() const { return violated_share <= violation_budget; }
};

// Of the scored steps. The optimum is that of the same steps, boot time and budget.
Outcome Score(const Course& course, const BacktestModel& model, const Optimum& optimum,
              const FleetHistory& run, const std::string& policy);

// The clairvoyant optimum of the scored steps.
Optimum OptimumOf(const Course& course, const BacktestModel& model);

// An object with the members of Outcome, by their names.
nlohmann::json ToJson(const Outcome& outcome);

// The geometric mean of the cost ratios. REQUIRES: not empty.
double MeanCostRatio(std::span<const Outcome> outcomes);

}  // namespace spillway
