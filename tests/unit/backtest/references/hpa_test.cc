#include <gtest/gtest.h>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

// The example of the Kubernetes documentation: 200m against 100m doubles, 50m halves; here as 8
// hosts at twice and at half of the target.
TEST(Hpa, ScalesByTheRatioOfUtilisationAndTarget) {
  EXPECT_EQ(ReferenceStory("hpa", "{target: 0.5}").Wants(8, 8), 16);
  EXPECT_EQ(ReferenceStory("hpa", "{target: 0.5, down_stabilisation: 0s}").Wants(2, 8), 4);
}

TEST(Hpa, DoesNothingWithinTheTolerance) {
  EXPECT_EQ(ReferenceStory("hpa", "{target: 0.5}").Wants(5.4, 10), 10);  // ratio 1.08
  EXPECT_EQ(ReferenceStory("hpa", "{target: 0.5}").Wants(5.6, 10), 12);  // ratio 1.12
}

TEST(Hpa, CountsHostsThatAreNotReadyAsIdleWhenItGrows) {
  // 8 ready at 0.8 would be 13 hosts; 4 more are coming: 6.4 / 12 = 0.53 is within the tolerance.
  EXPECT_EQ(ReferenceStory("hpa", "{target: 0.5}").Wants(6.4, 8, 4), 12);
  EXPECT_EQ(ReferenceStory("hpa", "{target: 0.5}").Wants(6.4, 8, 2), 13);
}

TEST(Hpa, ShrinksToTheLargestRecommendationOfFiveMinutes) {
  ReferenceStory story("hpa", "{target: 0.5}");
  EXPECT_EQ(story.Wants(10, 20), 20);
  for (int i = 1; i < 10; ++i) EXPECT_EQ(story.Wants(4, 20), 20) << i;
  EXPECT_EQ(story.Wants(4, 20), 8);  // 300 s later
}

TEST(Hpa, GrowsByTheLargerOfItsRates) {
  EXPECT_EQ(ReferenceStory("hpa", "{target: 0.5}").Wants(20, 1), 5);    // 4 more
  EXPECT_EQ(ReferenceStory("hpa", "{target: 0.5}").Wants(20, 10), 20);  // twice as many
  // Two in each two minutes: the second pair waits until the first is two minutes old.
  ReferenceStory slow("hpa", "{target: 0.5, up_percent: 0, up_hosts: 2, period: 2m}");
  EXPECT_EQ(slow.Wants(20, 10), 12);
  EXPECT_EQ(slow.Wants(20, 12), 12);
  EXPECT_EQ(slow.Wants(20, 12), 12);
  EXPECT_EQ(slow.Wants(20, 12), 12);
  EXPECT_EQ(slow.Wants(20, 12), 14);
}

TEST(Hpa, KeepsWhatThereIsWhileNobodyReports) {
  EXPECT_EQ(ReferenceStory("hpa").Wants(5, 0, 3), 3);
}

}  // namespace
}  // namespace spillway
