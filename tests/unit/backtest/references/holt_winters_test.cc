#include <gtest/gtest.h>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

TEST(HoltWinters, OfASteadyLoadWantsThat) {
  EXPECT_EQ(ReferenceStory("holt_winters").WantsAfter(500, 7, 7), 7);
}

// 90 s of boot and a step to see: forecasts reach four steps ahead.
TEST(HoltWinters, AddsTheQuantileOfWhatItWasShortBy) {
  ReferenceStory median("holt_winters", "{quantile: 0.5, hold: 0s}");
  ReferenceStory most("holt_winters", "{quantile: 1, hold: 0s}");
  // Quiet but for one jump by 5 for a step: the forecasts before it were short by 5.
  const auto play = [](ReferenceStory& story) {
    story.WantsAfter(20, 9.5, 10);
    story.Wants(14.5, 10);
    return story.WantsAfter(8, 9.5, 10);
  };
  EXPECT_EQ(play(median), 10);
  EXPECT_EQ(play(most), 15);
}

TEST(HoltWinters, HoldsTheLargestOfItsWishes) {
  ReferenceStory story("holt_winters", "{quantile: 0.5, hold: 2m}");
  story.WantsAfter(10, 9.5, 10);
  EXPECT_EQ(story.Wants(13.5, 10), 14);
  EXPECT_EQ(story.WantsAfter(3, 9.5, 14), 14);
  EXPECT_EQ(story.Wants(9.5, 14), 10);
}

TEST(HoltWinters, LearnsTheDay) {
  ReferenceStory story("holt_winters", "{quantile: 0.5, hold: 0s}");
  // 20 hosts from 0:00 to 1:00, 5 else; after four days the minute before midnight knows it.
  std::int64_t before = 0;
  for (int step = 0; step < 4 * 24 * 120 - 2; ++step) {
    before = story.Wants(step % (24 * 120) < 120 ? 20 : 5, 20);
  }
  EXPECT_GE(before, 7);
}

}  // namespace
}  // namespace spillway
