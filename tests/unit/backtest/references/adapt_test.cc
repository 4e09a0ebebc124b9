#include <gtest/gtest.h>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

TEST(Adapt, ReactsWithATenthMoreAndAddsItsRate) {
  // Ten hosts since ever: R = 10 / 10 · (14 - 10) = 4, on top of ceil(15.4).
  EXPECT_EQ(ReferenceStory("adapt").Wants(14, 10), 16 + 4);
}

TEST(Adapt, GivesBackWholeHostsOfAQuarterOfTheSurplus) {
  ReferenceStory story("adapt");
  // R = (8 - 10) / 4 = -0.5 in each step: a host after two, as long as nothing changes.
  EXPECT_EQ(story.Wants(8, 10), 10);
  EXPECT_EQ(story.Wants(8, 10), 9);
  EXPECT_EQ(story.Wants(8, 10), 10);
  // R = (2 - 10) / 4 = -2.
  EXPECT_EQ(ReferenceStory("adapt").Wants(2, 10), 8);
}

TEST(Adapt, NeverGivesBackWhatIsNeeded) {
  ReferenceStory story("adapt");
  story.WantsAfter(30, 1, 1);
  // 40 hosts are far above the mean ever, so R is large: -40 / 2.3 · 20 / 4.
  EXPECT_EQ(story.Wants(20, 40), 20);
}

}  // namespace
}  // namespace spillway
