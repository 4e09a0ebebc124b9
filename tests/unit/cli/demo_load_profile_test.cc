#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "scaler/cli/demo/load_profile.h"
#include "tests/support/paths.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;

double HighestWithin(const LoadProfile& day, Duration from, Duration until) {
  double highest = 0;
  for (Duration t = from; t < until; t += 1min) highest = std::max(highest, day.At(t));
  return highest;
}

TEST(MadeUpDay, HasAQuietNightAMorningRampAFlashCrowdAndAnEveningPeak) {
  const LoadProfile day = MakeDay(1);
  EXPECT_EQ(day.Length(), 24h);
  const double night = HighestWithin(day, 2h, 5h);
  EXPECT_GT(HighestWithin(day, 10h, 12h), 2.5 * night);
  EXPECT_GT(HighestWithin(day, 20h, 21h), 4 * night);
  EXPECT_GT(HighestWithin(day, 14h + 10min, 14h + 30min), 1.8 * day.At(14h));
  EXPECT_NEAR(day.Peak(), 1.0, 0.2);
}

TEST(MadeUpDay, HangsOnTheSeedAlone) {
  EXPECT_EQ(MakeDay(1), MakeDay(1));
  EXPECT_NE(MakeDay(1), MakeDay(2));
}

TEST(DemoTrace, BusiestPartLiesAroundThePeakScaledToWhatIsAsked) {
  LoadProfile trace;
  for (int i = 0; i < 60; ++i) trace.points.push_back({i * 1min, i == 35 ? 9.0 : 1.0});
  const LoadProfile part = ScaledTo(Busiest(trace, 21min), 90);
  EXPECT_EQ(part.Length(), 21min);
  EXPECT_EQ(part.At(14min), 90);
  EXPECT_EQ(part.At(15min), 10);
  EXPECT_EQ(Busiest(trace, 2h), trace);
}

TEST(DemoTrace, RealOneIsRead) {
  const std::string path = SourcePath("../shared/traces/wc98.csv");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no real traces here";
  const LoadProfile trace = ReadTraceFile(path);
  EXPECT_EQ(Busiest(trace, 24h).Length(), 24h);
  EXPECT_EQ(Busiest(trace, 24h).Peak(), trace.Peak());
}

}  // namespace
}  // namespace spillway
