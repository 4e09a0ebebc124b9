#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "scaler/cli/demo/load_profile.h"
#include "tests/support/paths.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;

LoadProfile Read(const std::string& text) {
  std::istringstream in(text);
  return ReadTrace(in, "t.csv");
}

std::string ErrorOf(const std::string& text) {
  try {
    Read(text);
  } catch (const TraceError& error) {
    return error.what();
  }
  return "none";
}

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

TEST(Trace, IsReadFromItsFirstTimeAndHoldsEachValueUntilTheNext) {
  const LoadProfile trace = Read("# note\ntimestamp_s,value\n100,5\n# more\n160, 7.5\r\n220.5,0\n");
  EXPECT_EQ(trace.points, (std::vector<LoadPoint>{{0s, 5}, {60s, 7.5}, {120500ms, 0}}));
  EXPECT_EQ(trace.At(59s), 5);
  EXPECT_EQ(trace.At(60s), 7.5);
  EXPECT_EQ(trace.At(-1s), 0);
  EXPECT_EQ(trace.Length(), 181s);
}

TEST(Trace, ErrorsNameLineAndExpectation) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"0,1\nhello\n", "t.csv, line 2: expected two numbers, timestamp_s,value, got \"hello\""},
      {"0,1\n60,\n", "t.csv, line 2: expected two numbers, timestamp_s,value, got \"60,\""},
      {"0,1\n1e300,1\n", "t.csv, line 2: expected two numbers, timestamp_s,value, got \"1e300,1\""},
      {"#\n0,nan\n", "t.csv, line 2: expected a value of 0 or more, got \"0,nan\""},
      {"0,1\n60,-2\n", "t.csv, line 2: expected a value of 0 or more, got \"60,-2\""},
      {"60,1\n60,2\n",
       "t.csv, line 2: expected a time after that of the line before, got \"60,2\""},
      {"0,1\n", "t.csv: expected at least two lines timestamp_s,value, got 1"},
  };
  for (const auto& [text, message] : cases) EXPECT_EQ(ErrorOf(text), message);
  EXPECT_THROW(ReadTraceFile("/nowhere/t.csv"), TraceError);
}

TEST(Trace, BusiestPartLiesAroundThePeakScaledToWhatIsAsked) {
  LoadProfile trace;
  for (int i = 0; i < 60; ++i) trace.points.push_back({i * 1min, i == 35 ? 9.0 : 1.0});
  const LoadProfile part = ScaledTo(Busiest(trace, 21min), 90);
  EXPECT_EQ(part.Length(), 21min);
  EXPECT_EQ(part.At(14min), 90);
  EXPECT_EQ(part.At(15min), 10);
  EXPECT_EQ(Busiest(trace, 2h), trace);
}

TEST(Trace, RealOneIsRead) {
  const std::string path = SourcePath("../shared/traces/wc98.csv");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no real traces here";
  const LoadProfile trace = ReadTraceFile(path);
  EXPECT_EQ(Busiest(trace, 24h).Length(), 24h);
  EXPECT_EQ(Busiest(trace, 24h).Peak(), trace.Peak());
}

}  // namespace
}  // namespace spillway
