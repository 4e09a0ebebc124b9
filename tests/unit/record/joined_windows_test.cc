#include "scaler/record/joined_windows.h"

#include <gtest/gtest.h>

#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;

const SeriesKey kLoad{"edge", "load", {}};
const SeriesKey kOther{"edge", "other", {}};

double Sum(JoinedWindows& windows, const std::string& metric, Duration now) {
  SignalSpec spec;
  spec.metric = metric;
  spec.function = WindowFunction::kSum;
  spec.window = 1h;
  spec.max_age = 1h;
  return windows.observations().Evaluate("edge", spec, At(now)).value;
}

class JoinedWindowsTest : public ::testing::Test {
 protected:
  // A segment with two series, a sample of each at two times.
  JoinedWindowsTest() {
    windows_.BeginSegment();
    windows_.Take(RecordedSeries{0, kLoad, {}});
    windows_.Take(RecordedSeries{1, kOther, {}});
    windows_.Take({{}, {}, {{0, 1, At(1min)}, {1, 10, At(1min)}}});
    windows_.Take({{}, {}, {{0, 2, At(2min)}, {1, 20, At(2min)}}});
  }
  JoinedWindows windows_{64};
};

TEST_F(JoinedWindowsTest, ReachBeyondTheBeginningOfASegment) {
  windows_.BeginSegment();
  windows_.Take(RecordedSeries{0, kLoad, {{At(2min), 2}}});
  windows_.Take(RecordedSeries{1, kOther, {{At(2min), 20}}});
  windows_.Take({{}, {}, {{0, 4, At(3min)}}});
  EXPECT_EQ(Sum(windows_, "load", 4min), 7) << "each point once";
  EXPECT_EQ(Sum(windows_, "other", 4min), 30);
}

TEST_F(JoinedWindowsTest, KnowSeriesByWhatTheyAreWhateverTheirNumbers) {
  windows_.BeginSegment();
  windows_.Take(RecordedSeries{1, kLoad, {{At(2min), 2}}});
  windows_.Take(RecordedSeries{0, kOther, {{At(2min), 20}}});
  windows_.Take({{}, {}, {{1, 4, At(3min)}, {0, 40, At(3min)}}});
  EXPECT_EQ(Sum(windows_, "load", 4min), 7);
  EXPECT_EQ(Sum(windows_, "other", 4min), 70);
}

TEST_F(JoinedWindowsTest, ForgetWhatASegmentDoesNotBeginWith) {
  windows_.BeginSegment();
  windows_.Take(RecordedSeries{0, kLoad, {{At(2min), 2}}});
  EXPECT_EQ(windows_.observations().series_count(), 1u);
  windows_.Take({{}, {{1, kOther}}, {{1, 40, At(3min)}}});
  EXPECT_EQ(Sum(windows_, "other", 4min), 40);
}

TEST_F(JoinedWindowsTest, ForgetWhatIsRetired) {
  windows_.Take({{1}, {}, {{0, 4, At(3min)}, {1, 99, At(3min)}}});
  EXPECT_EQ(windows_.observations().series_count(), 1u);
  EXPECT_EQ(Sum(windows_, "load", 4min), 7);
}

}  // namespace
}  // namespace spillway
