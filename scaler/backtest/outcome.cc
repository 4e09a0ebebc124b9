#include "scaler/backtest/outcome.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

namespace spillway {
namespace {

template <class T>
std::span<const T> Scored(const Course& course, const std::vector<T>& steps) {
  return std::span<const T>(steps).subspan(course.scored_from);
}

}  // namespace

Optimum OptimumOf(const Course& course, const BacktestModel& model) {
  const auto budget = static_cast<std::int64_t>(
      std::floor(model.violation_budget * static_cast<double>(course.scored()) + 1e-9));
  return FindOptimum(Scored(course, course.need), model.boot_steps(), budget);
}

Outcome Score(const Course& course, const BacktestModel& model, const Optimum& optimum,
              const FleetHistory& run, const std::string& policy) {
  const auto need = Scored(course, course.need);
  const auto ready = Scored(course, run.ready);
  const auto paid = Scored(course, run.paid);
  const auto launches = Scored(course, run.launches);
  const auto steps = static_cast<double>(course.scored());
  const double step_hours = Hours(course.step);
  std::int64_t violated = 0;
  for (std::size_t k = 0; k < need.size(); ++k) violated += ready[k] < need[k] ? 1 : 0;

  Outcome outcome;
  outcome.trace = course.name;
  outcome.policy = policy;
  outcome.boot_s = Seconds(model.boot);
  outcome.violation_budget = model.violation_budget;
  outcome.violated_share = static_cast<double>(violated) / steps;
  outcome.cost = std::accumulate(paid.begin(), paid.end(), 0.0) / 3600.0;
  outcome.optimum = optimum.host_steps * step_hours;
  outcome.dual_bound = optimum.dual_bound * step_hours;
  outcome.cost_ratio = outcome.cost / outcome.optimum;
  outcome.elasticity = MeasureElasticity(need, ready, course.step);
  outcome.scored_days = steps * step_hours / 24;
  outcome.launches_per_day =
      static_cast<double>(std::accumulate(launches.begin(), launches.end(), std::int64_t{0})) /
      outcome.scored_days;
  outcome.decision_us = run.decision_us;
  return outcome;
}

nlohmann::json ToJson(const Outcome& outcome) {
  return {{"trace", outcome.trace},
          {"policy", outcome.policy},
          {"boot_s", outcome.boot_s},
          {"violation_budget", outcome.violation_budget},
          {"violated_share", outcome.violated_share},
          {"cost", outcome.cost},
          {"optimum", outcome.optimum},
          {"cost_ratio", outcome.cost_ratio},
          {"theta_u", outcome.elasticity.theta_u},
          {"theta_o", outcome.elasticity.theta_o},
          {"tau_u", outcome.elasticity.tau_u},
          {"tau_o", outcome.elasticity.tau_o},
          {"instability", outcome.elasticity.instability},
          {"jitter_per_hour", outcome.elasticity.jitter_per_hour},
          {"launches_per_day", outcome.launches_per_day},
          {"decision_us", outcome.decision_us},
          {"dual_bound", outcome.dual_bound},
          {"scored_days", outcome.scored_days}};
}

double MeanCostRatio(std::span<const Outcome> outcomes) {
  double logs = 0;
  for (const Outcome& outcome : outcomes) logs += std::log(outcome.cost_ratio);
  return std::exp(logs / static_cast<double>(outcomes.size()));
}

}  // namespace spillway
