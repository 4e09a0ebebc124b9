#include "scaler/backtest/course.h"

#include <gtest/gtest.h>

#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;

Trace ATrace(std::vector<LoadPoint> points, Duration first = 0s) {
  return {"t", {std::move(points), first}};
}

BacktestModel WithCapacity(double capacity) {
  BacktestModel model;
  model.capacity = capacity;
  return model;
}

TEST(Course, RepeatsAPointUntilTheNextAndTakesTheMeanOfSeveral) {
  const Course course = MakeCourse(ATrace({{0s, 10}, {60s, 20}, {120s, 30}, {130s, 50}, {150s, 1}}),
                                   WithCapacity(10));
  EXPECT_EQ(course.load, (std::vector<double>{10, 10, 20, 20, 40, 1}));
  EXPECT_EQ(course.need, (std::vector<std::int64_t>{1, 1, 2, 2, 4, 1}));
}

TEST(Course, HoldsTheLastValueOverAGapAndSaysHowLong) {
  const Course course =
      MakeCourse(ATrace({{0s, 1}, {30s, 2}, {60s, 3}, {300s, 4}, {330s, 5}}), WithCapacity(1));
  EXPECT_EQ(course.load, (std::vector<double>{1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 5}));
  EXPECT_EQ(course.unmeasured, 210s);
}

TEST(Course, NeedsOneHostAtLeastAndForgivesRounding) {
  const Course course =
      MakeCourse(ATrace({{0s, 0}, {30s, 0.3}, {60s, 0.30001}}), WithCapacity(0.1));
  EXPECT_EQ(course.need, (std::vector<std::int64_t>{1, 3, 4}));
}

TEST(Course, AHostTakesTheQuantileOfTheLoadDividedByTheHosts) {
  std::vector<LoadPoint> points;
  for (int i = 0; i <= 1000; ++i) points.push_back({i * 30s, static_cast<double>(i)});
  const Course course = MakeCourse(ATrace(points), BacktestModel{});
  EXPECT_DOUBLE_EQ(course.capacity, 999.0 / 40);
  EXPECT_EQ(course.need[999], 40);
}

TEST(Course, LearnsForAQuarterAndThreeDaysAtMost) {
  EXPECT_EQ(
      MakeCourse(ATrace({{0s, 1}, {30s, 1}, {210s, 1}, {240s, 1}}), WithCapacity(1)).scored_from,
      2U);
  EXPECT_EQ(MakeCourse(ATrace({{0s, 1}, {24h * 20, 1}}), WithCapacity(1)).scored_from,
            3U * 24 * 120);
}

TEST(Course, SmallTimestampsCountFromAMondayAndLargeOnesAreUnixTime) {
  const Course counted = MakeCourse(ATrace({{0s, 1}, {30s, 1}}, 90s), WithCapacity(1));
  const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(counted.start)};
  EXPECT_EQ(day, std::chrono::Monday);
  EXPECT_EQ(counted.start - std::chrono::floor<std::chrono::days>(counted.start), 90s);
  const Course dated = MakeCourse(ATrace({{0s, 1}, {30s, 1}}, 1'700'000'000s), WithCapacity(1));
  EXPECT_EQ(dated.start, Time(1'700'000'000s));
}

TEST(Course, ALoadOfZerosNeedsACapacity) {
  const Trace idle = ATrace({{0s, 0}, {30s, 0}});
  EXPECT_THROW(MakeCourse(idle, BacktestModel{}), TraceError);
  EXPECT_EQ(MakeCourse(idle, WithCapacity(5)).need, (std::vector<std::int64_t>{1, 1}));
}

TEST(Quantile, IsLinearBetweenRanks) {
  EXPECT_DOUBLE_EQ(Quantile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(Quantile({4, 1, 3, 2}, 1), 4);
  EXPECT_DOUBLE_EQ(Quantile({7}, 0.999), 7);
}

}  // namespace
}  // namespace spillway
