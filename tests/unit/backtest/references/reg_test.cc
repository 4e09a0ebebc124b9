#include <gtest/gtest.h>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

TEST(Reg, ReactsUpwards) {
  EXPECT_EQ(ReferenceStory("reg").Wants(20, 10), 21);
  EXPECT_EQ(ReferenceStory("reg").Wants(10, 10), 10);
}

TEST(Reg, ShrinksToOneFifthMoreThanTheParabolaSays) {
  ReferenceStory falling("reg");
  // The needs 32, 18, 8, 2 are a parabola, 2 · (4 - i)²: its value at the last is 2.
  for (const double need : {32.0, 18.0, 8.0}) falling.Wants(need, 40);
  EXPECT_EQ(falling.Wants(2, 40), 3);
}

TEST(Reg, NeverGrowsByItsRegression) {
  ReferenceStory steady("reg");
  EXPECT_EQ(steady.WantsAfter(60, 10, 11), 11) << "10 times 1.2 is more than there are";
  EXPECT_EQ(steady.WantsAfter(1, 10, 30), 12);
}

}  // namespace
}  // namespace spillway
