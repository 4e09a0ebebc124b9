#include "scaler/backtest/fleet_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;

FleetModel Fleet(Billing billing = {1s, 60s}) {
  return FleetModel({.step = 30s, .boot_steps = 3, .billing = billing});
}

void Pass(FleetModel& fleet, int steps) {
  for (int i = 0; i < steps; ++i) fleet.Pass();
}

TEST(FleetModel, ALaunchIsReadyAfterItsBootAndPaidFromTheLaunch) {
  FleetModel fleet = Fleet();
  fleet.Want(2);
  Pass(fleet, 2);
  EXPECT_EQ(fleet.ready(), 0);
  EXPECT_EQ(fleet.usable(), 2);
  fleet.Pass();
  EXPECT_EQ(fleet.ready(), 2);
  EXPECT_EQ(fleet.paid_seconds(), 2 * 90);
  EXPECT_EQ(fleet.launches(), 2);
}

TEST(FleetModel, CallsOffTheYoungestThatBootAndThenReadyOnes) {
  FleetModel fleet = Fleet();
  fleet.Want(1);
  Pass(fleet, 3);
  fleet.Want(3);
  fleet.Pass();
  fleet.Want(4);
  fleet.Pass();
  fleet.Want(2);
  EXPECT_THAT(fleet.given_back(), ElementsAre(Cohort{1, 1}, Cohort{2, 1}));
  EXPECT_THAT(fleet.cohorts(), ElementsAre(Cohort{5, 1}, Cohort{2, 1}));
  fleet.Want(0);
  EXPECT_THAT(fleet.given_back(), ElementsAre(Cohort{2, 1}, Cohort{5, 1}));
}

TEST(FleetModel, PaysAMinuteAtLeast) {
  FleetModel fleet = Fleet();
  fleet.Want(1);
  fleet.Pass();
  fleet.Want(0);
  EXPECT_EQ(fleet.paid_seconds(), 60);
}

TEST(FleetModel, GivesBackTheReadyHostWithTheLeastPaidTimeLeft) {
  FleetModel fleet = Fleet({1h, 1h});
  fleet.Want(1);
  Pass(fleet, 20);
  fleet.Want(2);
  Pass(fleet, 90);  // 55 and 45 minutes old
  fleet.Want(1);
  EXPECT_THAT(fleet.given_back(), ElementsAre(Cohort{110, 1}));
  EXPECT_EQ(fleet.paid_seconds(), 3600 + 45 * 60);
}

}  // namespace
}  // namespace spillway
