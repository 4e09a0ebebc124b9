#include <gtest/gtest.h>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

// A point is a minute, which is two steps; the first point is that of the first step.
TEST(AwsTargetTracking, GrowsInProportionAfterThreePointsAboveTheTarget) {
  ReferenceStory story("aws_target_tracking", "{target: 0.5}");
  EXPECT_EQ(story.WantsAfter(4, 8, 10), 10);
  EXPECT_EQ(story.Wants(8, 10), 16);
  EXPECT_EQ(story.Wants(8, 10, 6), 16) << "what warms up counts as capacity";
}

TEST(AwsTargetTracking, ShrinksAfterFifteenPointsBelowNineTenthsOfIt) {
  ReferenceStory story("aws_target_tracking", "{target: 0.5}");
  EXPECT_EQ(story.WantsAfter(28, 4, 10), 10);
  EXPECT_EQ(story.Wants(4, 10), 8);
  ReferenceStory near("aws_target_tracking", "{target: 0.5}");
  EXPECT_EQ(near.WantsAfter(60, 4.6, 10), 10) << "0.46 is more than 0.45";
}

TEST(AwsPredictive, IsAFloorOfWhatTheHourHadOnEarlierDays) {
  ReferenceStory story("aws_predictive", "{target: 0.5}");
  // Two days with 6 hosts' load from 0:00 to 1:00 and 1 host's else.
  std::int64_t wanted = 0;
  for (int day = 0; day < 2; ++day) {
    for (int step = 0; step < 24 * 120; ++step) wanted = story.Wants(step < 120 ? 6 : 1, 20);
  }
  EXPECT_GE(wanted, 12) << "the hour that begins in less than 300 s had 6 / 0.5";
  ReferenceStory plain("aws_target_tracking", "{target: 0.5}");
  EXPECT_EQ(plain.WantsAfter(29, 1, 20), 2);
}

TEST(AwsPredictive, SaysNothingBeforeADayHasPassed) {
  ReferenceStory story("aws_predictive", "{target: 0.5}");
  EXPECT_EQ(story.WantsAfter(29, 1, 4), 2);
}

}  // namespace
}  // namespace spillway
