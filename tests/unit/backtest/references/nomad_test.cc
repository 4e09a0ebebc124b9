#include <gtest/gtest.h>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

// The documentation's example: 70 against a target of 50 is a factor of 1.4.
TEST(Nomad, MultipliesTheCountByTheFactor) {
  EXPECT_EQ(ReferenceStory("nomad", "{target: 0.5}").Wants(7, 10), 14);
  EXPECT_EQ(ReferenceStory("nomad", "{target: 0.5}").Wants(3, 10), 6);
}

TEST(Nomad, DoesNothingWithinItsThreshold) {
  EXPECT_EQ(ReferenceStory("nomad", "{target: 0.5}").Wants(5.04, 10), 10);  // 1.008
  EXPECT_EQ(ReferenceStory("nomad", "{target: 0.5}").Wants(5.06, 10), 11);  // 1.012
}

TEST(Nomad, RestsForFiveMinutesAfterEachScaling) {
  ReferenceStory story("nomad", "{target: 0.5}");
  EXPECT_EQ(story.Wants(7, 10), 14);
  EXPECT_EQ(story.WantsAfter(9, 10, 14), 14);
  EXPECT_EQ(story.Wants(10, 14), 20);
}

TEST(Nomad, WaitsUntilAllHostsAreReady) {
  EXPECT_EQ(ReferenceStory("nomad", "{target: 0.5}").Wants(9, 10, 1), 11);
}

TEST(Nomad, KeepsToItsLargestSteps) {
  EXPECT_EQ(ReferenceStory("nomad", "{target: 0.5, max_scale_up: 2}").Wants(9, 10), 12);
  EXPECT_EQ(ReferenceStory("nomad", "{target: 0.5, max_scale_down: 3}").Wants(1, 10), 7);
}

}  // namespace
}  // namespace spillway
