#include <gtest/gtest.h>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

TEST(ConPaaS, FollowsTheLoadUntilItHasTwentySamples) {
  EXPECT_EQ(ReferenceStory("conpaas").WantsAfter(10, 6.5, 1), 7);
}

TEST(ConPaaS, OfASteadyLoadForecastsThat) {
  EXPECT_EQ(ReferenceStory("conpaas").WantsAfter(100, 6, 6), 6);
}

TEST(ConPaaS, OfALineForecastsWhereItLeads) {
  ReferenceStory story("conpaas");
  std::int64_t wanted = 0;
  // A host more each minute, for 60 minutes. The regression has 61 … 80, whose average with the
  // weights 20 … 1 is 61 + 19 / 3; the smoothing 61 and 62, with 2 and 1: both see the next point.
  for (int step = 0; step < 120; ++step) wanted = story.Wants(1 + step / 2, 1);
  EXPECT_TRUE(wanted == 68 || wanted == 62) << wanted;
}

TEST(ConPaaS, ThatNeverLeavesTheAutoregressionIsDrawnBackToTheMean) {
  ReferenceStory story("conpaas", "{forecast: autoregression}");
  std::int64_t wanted = 0;
  for (int step = 0; step < 120; ++step) wanted = story.Wants(1 + step / 2, 1);
  EXPECT_LT(wanted, 60);
  EXPECT_GT(wanted, 50) << "the mean of the last twenty";
}

TEST(ConPaaS, DecidesOnceAMinute) {
  ReferenceStory story("conpaas");
  EXPECT_EQ(story.Wants(3, 1), 3);
  EXPECT_EQ(story.Wants(9, 1), 3);
  EXPECT_EQ(story.Wants(9, 1), 9);
}

}  // namespace
}  // namespace spillway
