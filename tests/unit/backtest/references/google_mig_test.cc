#include <gtest/gtest.h>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

TEST(GoogleMig, IsTheSizeForThePeakOfTenMinutes) {
  ReferenceStory story("google_mig", "{target: 0.5}");
  EXPECT_EQ(story.Wants(3, 6), 6);
  EXPECT_EQ(story.Wants(8, 6), 16);
  EXPECT_EQ(story.WantsAfter(19, 1, 16), 16);
  EXPECT_EQ(story.Wants(1, 16), 2);
}

TEST(GoogleMig, ScaleInControlsLetGoSoManyInAWindow) {
  ReferenceStory story("google_mig",
                       "{target: 0.5, stabilisation: 30s, scale_in_hosts: 3, scale_in_window: 5m}");
  EXPECT_EQ(story.Wants(5, 10), 10);
  EXPECT_EQ(story.WantsAfter(9, 1, 10), 7);
  EXPECT_EQ(story.Wants(1, 7), 4) << "the size of 10 is five minutes old";
}

}  // namespace
}  // namespace spillway
