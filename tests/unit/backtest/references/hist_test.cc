#include <gtest/gtest.h>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

TEST(Hist, TakesTheQuantileOfTheHourAndWhatItWasShortBy) {
  ReferenceStory story("hist");
  // Ten samples of the hour: 1 … 10. With as many hosts as needed the errors are zero.
  for (int need = 1; need <= 10; ++need) story.Wants(need, need);
  // Rank 0.9 · 10 is the tenth, 10; the mean surplus of the last five is (0+0+0+0+5)/5 = 1.
  EXPECT_EQ(story.Wants(5, 10), 9);
}

TEST(Hist, ReactsWhenSixOfTenStepsHadTooFew) {
  ReferenceStory story("hist");
  EXPECT_EQ(story.WantsAfter(5, 40, 35), 45) << "five times five too few: five more";
  EXPECT_EQ(story.Wants(40, 35), 42);
}

TEST(Hist, KnowsTheHoursApart) {
  ReferenceStory story("hist");
  story.WantsAfter(119, 8, 8);  // 0:00:30 to 0:59:30
  story.WantsAfter(60, 2, 2);   // from 1:00 on
  EXPECT_EQ(story.Wants(2, 2), 2);
}

}  // namespace
}  // namespace spillway
