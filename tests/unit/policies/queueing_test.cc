#include "policies/latency/queueing.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace spillway {
namespace {

// M/M/1: a response of 1 / (1 - u) times the time without load.
TEST(Queueing, FindsTheUtilisationFromTheResponseTime) {
  // Without load 10; 50 is u = 0.8, 20 is u = 0.5: the work of 0.8 on 1.6 times the capacity.
  EXPECT_NEAR(CapacityFactor(50, 20, 10, {}), 1.6, 1e-9);
  EXPECT_NEAR(CapacityFactor(20, 20, 10, {}), 1.0, 1e-9);
  EXPECT_NEAR(CapacityFactor(12.5, 20, 10, {}), 0.4, 1e-9);  // u = 0.2
  EXPECT_EQ(CapacityFactor(10, 20, 10, {}), 0.0);
  EXPECT_EQ(CapacityFactor(0, 20, 10, {}), 0.0);
}

TEST(Queueing, AsksNoMoreOfASaturatedFleetThanThatItIs) {
  EXPECT_NEAR(CapacityFactor(1e9, 20, 10, {}), 2.0, 1e-6);  // 1 / 0.5
  EXPECT_NEAR(CapacityFactor(1e9, 100, 10, {}), 1 / 0.9, 1e-6);
}

// Kingman: with work that varies much, waiting is long already at a low utilisation, and there is
// less to win.
TEST(Queueing, AMeasuredUtilisationCalibratesTheWaiting) {
  // At u = 0.5 waiting is 40, so K = 40; waiting of 10 is at u = 0.2.
  EXPECT_NEAR(CapacityFactor(50, 20, 10, 0.5), 2.5, 1e-9);
  // Where waiting is what M/M/1 says, the same as without a measurement.
  EXPECT_NEAR(CapacityFactor(50, 20, 10, 0.8), 1.6, 1e-9);
  // Nobody waits: as full as a fleet is ever planned.
  EXPECT_NEAR(CapacityFactor(10, 20, 10, 0.38), 0.38 / kHighestUtilisation, 1e-9);
  EXPECT_EQ(CapacityFactor(50, 20, 10, 0.0), 0.0);
}

// The model of itself: a fleet of the capacity that it asks for has the response time aimed at.
TEST(Queueing, ReachesTheAim) {
  EXPECT_TRUE(rc::check("the factor undoes the waiting", [] {
    const double unloaded = *rc::gen::inRange(1, 1000);
    const double variability = *rc::gen::inRange(10, 400) / 100.0;
    const double utilisation = *rc::gen::inRange(5, 98) / 100.0;
    const double seen = unloaded + variability * unloaded * utilisation / (1 - utilisation);
    const double aim = unloaded * (1 + *rc::gen::inRange(10, 400) / 100.0);
    const double factor = CapacityFactor(seen, aim, unloaded, utilisation);
    const double then = utilisation / factor;
    RC_ASSERT(then <= kHighestUtilisation + 1e-9);
    const double response = unloaded + variability * unloaded * then / (1 - then);
    RC_ASSERT(response <= aim * (1 + 1e-9));
    RC_ASSERT(response >= aim * (1 - 1e-9) || then > kHighestUtilisation - 1e-9);
  }));
}

TEST(Queueing, ASlowerResponseNeverAsksForLess) {
  EXPECT_TRUE(rc::check("monotone", [] {
    const double unloaded = *rc::gen::inRange(1, 100);
    const double aim = unloaded + *rc::gen::inRange(1, 500);
    const double seen = *rc::gen::inRange(0, 5000);
    const double slower = seen + *rc::gen::inRange(0, 5000);
    const auto utilisation = *rc::gen::element(std::optional<double>(), std::optional(0.3),
                                               std::optional(0.9), std::optional(4.0));
    RC_ASSERT(CapacityFactor(slower, aim, unloaded, utilisation) + 1e-12 >=
              CapacityFactor(seen, aim, unloaded, utilisation));
  }));
}

}  // namespace
}  // namespace spillway
