#include <gtest/gtest.h>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

TEST(AutopilotPeak, IsThePeakOfTheWindowWithItsMargin) {
  ReferenceStory story("autopilot_peak", "{window: 5m, margin: 0.25}");
  EXPECT_EQ(story.Wants(8, 1), 10);
  EXPECT_EQ(story.Wants(4, 10), 10);
  EXPECT_EQ(story.Wants(6, 10), 10);
  EXPECT_EQ(story.WantsAfter(7, 2, 10), 10);
  EXPECT_EQ(story.Wants(2, 10), 8) << "the 8 is five minutes old, the 6 is not";
  EXPECT_EQ(story.WantsAfter(2, 2, 8), 3);
}

}  // namespace
}  // namespace spillway
