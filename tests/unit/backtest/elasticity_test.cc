#include "scaler/backtest/elasticity.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;

// Worked by hand: five steps of 6 min.
TEST(Elasticity, IsWhatTheFormulasSay) {
  const std::vector<std::int64_t> demand = {2, 4, 4, 1, 1};
  const std::vector<std::int32_t> supply = {2, 2, 4, 4, 2};
  const Elasticity e = MeasureElasticity(demand, supply, 6min);
  EXPECT_DOUBLE_EQ(e.theta_u, 100.0 / 5 * (2.0 / 4));
  EXPECT_DOUBLE_EQ(e.theta_o, 100.0 / 5 * (3.0 / 1 + 1.0 / 1));
  EXPECT_DOUBLE_EQ(e.tau_u, 20);
  EXPECT_DOUBLE_EQ(e.tau_o, 40);
  // Demand moves up, not, down, not; supply not, up, not, down: never alike.
  EXPECT_DOUBLE_EQ(e.instability, 100);
  EXPECT_DOUBLE_EQ(e.jitter_per_hour, 0);
}

TEST(Elasticity, OfASupplyThatIsTheDemandIsZero) {
  const std::vector<std::int64_t> demand = {1, 3, 2, 2};
  const std::vector<std::int32_t> supply = {1, 3, 2, 2};
  EXPECT_EQ(MeasureElasticity(demand, supply, 30s), Elasticity{});
}

TEST(Elasticity, JitterCountsWhatSupplyChangesMoreOftenThanDemand) {
  const std::vector<std::int64_t> demand = {2, 2, 2, 2};
  const std::vector<std::int32_t> supply = {2, 3, 2, 3};
  EXPECT_DOUBLE_EQ(MeasureElasticity(demand, supply, 15min).jitter_per_hour, 3);
}

}  // namespace
}  // namespace spillway
