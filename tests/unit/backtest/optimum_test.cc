#include "scaler/backtest/optimum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "scaler/runtime/random.h"

namespace spillway {
namespace {

using Hosts = std::vector<std::int64_t>;

double CostOf(const Hosts& ready, std::int64_t boot_steps) {
  double cost = 0;
  for (std::size_t k = 0; k < ready.size(); ++k) {
    cost += static_cast<double>(ready[k]);
    if (k > 0)
      cost += static_cast<double>(boot_steps * std::max<std::int64_t>(ready[k] - ready[k - 1], 0));
  }
  return cost;
}

std::int64_t Violations(const Hosts& ready, const Hosts& need) {
  std::int64_t violations = 0;
  for (std::size_t k = 0; k < need.size(); ++k) violations += ready[k] < need[k] ? 1 : 0;
  return violations;
}

// Every plan there is.
double BruteForce(const Hosts& need, std::int64_t boot_steps, std::int64_t budget) {
  const std::int64_t peak = *std::max_element(need.begin(), need.end());
  double best = std::numeric_limits<double>::infinity();
  Hosts ready(need.size(), 1);
  const std::function<void(std::size_t)> choose = [&](std::size_t k) {
    if (k == need.size()) {
      if (Violations(ready, need) <= budget) best = std::min(best, CostOf(ready, boot_steps));
      return;
    }
    for (ready[k] = 1; ready[k] <= peak; ++ready[k]) choose(k + 1);
    ready[k] = 1;
  };
  choose(0);
  return best;
}

// A gap of g steps in a level costs the smaller of g and the boot.
TEST(Optimum, KeepsAHostOverAShortGapAndLetsItGoOverALongOne) {
  EXPECT_EQ(FindOptimum(Hosts{2, 1, 1, 2}, 3, 0).host_steps, 8);
  EXPECT_EQ(FindOptimum(Hosts{2, 1, 1, 1, 1, 1, 2}, 3, 0).host_steps, 7 + 2 + 3);
  EXPECT_EQ(FindOptimum(Hosts{1, 1, 1, 1, 1, 5, 1}, 3, 0).host_steps, 7 + 4 + 4 * 3);
}

TEST(Optimum, SpendsItsBudgetWhereItSavesMost) {
  const Optimum optimum = FindOptimum(Hosts{1, 5, 1, 1, 2, 2, 2, 1}, 3, 1);
  EXPECT_EQ(optimum.violations, 1);
  EXPECT_EQ(optimum.ready[1], 1);
  EXPECT_EQ(optimum.host_steps, CostOf(optimum.ready, 3));
}

TEST(Optimum, WithoutABudgetIsTheBestOfAllPlans) {
  Random luck(11);
  for (int i = 0; i < 150; ++i) {
    Hosts need(7);
    for (std::int64_t& n : need) n = 1 + static_cast<std::int64_t>(luck.Below(4));
    const auto boot = static_cast<std::int64_t>(luck.Below(5));
    const Optimum optimum = FindOptimum(need, boot, 0);
    EXPECT_EQ(optimum.host_steps, BruteForce(need, boot, 0)) << i;
    EXPECT_EQ(Violations(optimum.ready, need), 0);
    EXPECT_EQ(optimum.host_steps, CostOf(optimum.ready, boot));
  }
}

TEST(Optimum, WithABudgetLiesBetweenItsBoundAndWhatItsOwnPlanCosts) {
  Random luck(12);
  int exact = 0;
  for (int i = 0; i < 150; ++i) {
    Hosts need(7);
    for (std::int64_t& n : need) n = 1 + static_cast<std::int64_t>(luck.Below(4));
    const auto boot = static_cast<std::int64_t>(luck.Below(5));
    const auto budget = static_cast<std::int64_t>(luck.Below(4));
    const Optimum optimum = FindOptimum(need, boot, budget);
    const double best = BruteForce(need, boot, budget);
    EXPECT_LE(optimum.dual_bound, best + 1e-6) << i;
    EXPECT_GE(optimum.host_steps, best - 1e-6) << i;
    EXPECT_LE(Violations(optimum.ready, need), budget) << i;
    EXPECT_EQ(Violations(optimum.ready, need), optimum.violations) << i;
    EXPECT_NEAR(optimum.host_steps, CostOf(optimum.ready, boot), 1e-6) << i;
    exact += optimum.host_steps < best + 1e-6 ? 1 : 0;
  }
  EXPECT_GT(exact, 75) << "of 150: in so few steps the relaxation often has a gap";
}

}  // namespace
}  // namespace spillway
