#include <gtest/gtest.h>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

TEST(React, AddsOneFifthMoreThanIsMissing) {
  EXPECT_EQ(ReferenceStory("react").Wants(14.2, 10), 16);  // 5 are missing: 6
  EXPECT_EQ(ReferenceStory("react").Wants(10.5, 10), 11);  // 1 is missing: 1.2, rounded down
}

TEST(React, ShrinksToOneFifthMoreThanItNeeds) {
  EXPECT_EQ(ReferenceStory("react").Wants(4.5, 20), 6);   // 5 times 1.2
  EXPECT_EQ(ReferenceStory("react").Wants(9.3, 10), 10);  // 10.2 is not less than 10
}

TEST(React, SeesTheLoadWithItsHeadroom) {
  EXPECT_EQ(ReferenceStory("react", "{headroom: 2}").Wants(7.1, 10), 16);
}

}  // namespace
}  // namespace spillway
