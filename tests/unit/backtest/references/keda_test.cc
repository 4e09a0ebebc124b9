#include <gtest/gtest.h>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

TEST(Keda, DividesTheTotalByTheTargetWhetherHostsAreReadyOrNot) {
  EXPECT_EQ(ReferenceStory("keda", "{target: 0.5}").Wants(6, 8), 12);
  EXPECT_EQ(ReferenceStory("keda", "{target: 0.5}").Wants(6, 2, 6), 12);
  EXPECT_EQ(ReferenceStory("keda", "{target: 0.5}").Wants(6, 8, 3), 11) << "12 / 11 is tolerated";
}

TEST(Keda, ShrinksToTheLargestOfFiveMinutes) {
  ReferenceStory story("keda", "{target: 0.5}");
  EXPECT_EQ(story.Wants(5, 10), 10);
  EXPECT_EQ(story.WantsAfter(9, 1, 10), 10);
  EXPECT_EQ(story.Wants(1, 10), 2);
}

TEST(Keda, AtMostDoublesOrAddsFour) {
  EXPECT_EQ(ReferenceStory("keda", "{target: 0.5}").Wants(50, 2), 6);
  EXPECT_EQ(ReferenceStory("keda", "{target: 0.5}").Wants(50, 10), 20);
}

TEST(Keda, SeesTheLoadAsOftenAsItPolls) {
  ReferenceStory story("keda", "{target: 0.5, polling: 2m}");
  EXPECT_EQ(story.Wants(2, 4), 4);
  EXPECT_EQ(story.WantsAfter(3, 4, 4), 4);
  EXPECT_EQ(story.Wants(4, 4), 8);
}

}  // namespace
}  // namespace spillway
