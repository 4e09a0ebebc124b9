#include "policies/text.h"

#include <gtest/gtest.h>

#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;

TEST(Text, FiguresAreShort) {
  EXPECT_EQ(FigureText(0.1 + 0.2), "0.3");
  EXPECT_EQ(FigureText(2.0 / 3), "0.6667");
  EXPECT_EQ(FigureText(48211.7), "48212");
  EXPECT_EQ(FigureText(-0.0004), "-0.0004");
  EXPECT_EQ(FigureText(1e300), "1e+300");
}

TEST(Text, CapacityAndSpansHaveUnits) {
  EXPECT_EQ(CapacityText({12, 1536}), "12 vCPU, 1.5 GiB");
  EXPECT_EQ(SpanText(10s), "10 s");
  EXPECT_EQ(SpanText(10min), "10 min");
  EXPECT_EQ(SpanText(150min), "2.5 h");
}

}  // namespace
}  // namespace spillway
