#include "scaler/backtest/trace.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/scratch_dir.h"
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

TEST(Trace, IsReadFromItsFirstTimeAndHoldsEachValueUntilTheNext) {
  const LoadProfile trace = Read("# note\ntimestamp_s,value\n100,5\n# more\n160, 7.5\r\n220.5,0\n");
  EXPECT_EQ(trace.points, (std::vector<LoadPoint>{{0s, 5}, {60s, 7.5}, {120500ms, 0}}));
  EXPECT_EQ(trace.At(59s), 5);
  EXPECT_EQ(trace.At(60s), 7.5);
  EXPECT_EQ(trace.At(-1s), 0);
  EXPECT_EQ(trace.Length(), 181s);
  EXPECT_EQ(trace.first_timestamp, 100s);
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

TEST(Traces, OfADirectoryComeInTheOrderOfTheirNames) {
  const ScratchDir folder;
  folder.Write("b.csv", "0,1\n60,2\n");
  folder.Write("a.csv", "0,3\n60,4\n");
  folder.Write("notes.txt", "no trace");
  const std::string more = folder.Write("c.csv", "0,5\n60,6\n");
  std::string names;
  for (const Trace& trace : ReadTraces({folder.path(), more})) names += trace.name + " ";
  EXPECT_EQ(names, "a b c c ");
}

TEST(Traces, ADirectoryWithoutAnyIsAnError) {
  const ScratchDir folder;
  EXPECT_THROW(ReadTraces({folder.path()}), TraceError);
}

}  // namespace
}  // namespace spillway
