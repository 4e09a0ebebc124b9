// All that is learned of one cluster's demand, and what to do about it: the past, forecasts of the
// demand when a host launched now would be ready and of half that time, shadow fleets that act on
// them, and the choice among these. Time goes in steps of one length. Deterministic: the same
// demands give the same answers, on every machine of the same kind.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policies/predictive/demand_forecast.h"
#include "policies/predictive/past.h"
#include "policies/predictive/portfolio.h"
#include "policies/predictive/shadow_fleets.h"

namespace spillway::predictive {

// A boot of more steps is cut to this: state and work grow with it.
inline constexpr std::int64_t kMostBootSteps = 240;

struct LearnerConfig {
  Duration step = std::chrono::seconds(30);
  std::int64_t boot_steps = 3;
  double violation_budget = 0.01;
  double launch_price = 0;  // host-steps

  friend bool operator==(const LearnerConfig&, const LearnerConfig&) = default;
};

class Learner {
 public:
  explicit Learner(const LearnerConfig& config);

  // Step `step`, begun at step × length since the epoch, is over: the demand in it, and the hosts
  // that were ready. Later than each step before; steps left out are unknown.
  void Pass(std::int64_t step, double demand_hosts, std::int64_t ready_hosts);

  // Hosts to have from now on; 1 at least.
  std::int64_t wanted() const { return wanted_; }
  // Too little was seen to trust what was learned: `wanted` follows the highest demand of late.
  bool is_new() const;
  // The last one that passed; -1: none.
  std::int64_t last_step() const { return last_step_; }
  // Known steps so far.
  std::int64_t steps() const { return steps_; }
  const Curve& curve() const { return curve_; }
  const ShadowFleets& fleets() const { return fleets_; }
  const Portfolio& portfolio() const { return portfolio_; }
  std::int64_t boot_steps() const { return boot_steps_; }

  // Hosts take another time to be ready from now on.
  void Retarget(std::int64_t boot_steps);

  std::string Memory() const;
  // For a learner that has seen nothing. False, and this is of no further use, when it is not the
  // memory of one with the same length of steps, whole and unchanged.
  bool Recall(std::string_view memory);

 private:
  static void Fields(auto& self, auto& archive);

  std::int64_t CautiousWant(double demand_hosts);

  const LearnerConfig config_;
  const double steps_a_day_;
  std::int64_t boot_steps_;
  Past past_;
  DemandForecast at_launch_;  // for hosts launched now
  DemandForecast midway_;     // for hosts that are there
  ShadowFleets fleets_;
  Portfolio portfolio_;
  Curve curve_;
  std::vector<float> recent_;  // demand of the last steps, round and round
  std::int64_t last_step_ = -1;
  std::int64_t steps_ = 0;
  std::int64_t wanted_ = 1;
};

}  // namespace spillway::predictive
