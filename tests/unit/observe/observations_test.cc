#include "scaler/observe/observations.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cmath>

#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace spillway::testing;

// Samples by the names of their series, for the cluster "edge".
class World {
 public:
  explicit World(std::size_t points = 64) : observations(points) {}

  // The clusters that were touched.
  std::vector<std::string> Add(Time time, double value, const Labels& labels = {},
                               const std::string& metric = "m",
                               const std::string& cluster = "edge") {
    SampleBatch batch;
    const auto key = std::tuple(cluster, metric, labels);
    const auto [it, is_new] = ids_.try_emplace(key, static_cast<SeriesId>(ids_.size()));
    if (is_new) batch.announced.push_back({it->second, {cluster, metric, labels}});
    batch.samples.push_back({it->second, value, time});
    std::vector<std::string> touched;
    observations.Take(batch, [&](const std::string& name) { touched.push_back(name); });
    return touched;
  }

  Observations observations;

 private:
  std::map<std::tuple<std::string, std::string, Labels>, SeriesId> ids_;
};

SignalSpec Spec(WindowFunction function) {
  SignalSpec spec;
  spec.name = "signal";
  spec.metric = "m";
  spec.function = function;
  return spec;
}

Labels Host(const std::string& name) { return {{"host", name}}; }

TEST(Windows, ReduceThePointsOfOneSeries) {
  struct Row {
    WindowFunction function;
    double value;
  };
  const Row rows[] = {
      {WindowFunction::kLast, 4},
      {WindowFunction::kMean, 4},
      {WindowFunction::kMin, 1},
      {WindowFunction::kMax, 8},
      {WindowFunction::kSum, 16},
      {WindowFunction::kQuantile, 3.5},
      {WindowFunction::kRate, (7 + 3 + 1) / 30.0},
      // By hand: times 0 10 20 30, values 1 8 3 4.
      {WindowFunction::kSlope, (-15 * -3 + -5 * 4 + 5 * -1 + 15 * 0) / 500.0},
  };
  World world;
  world.Add(At(-50s), 100);
  world.Add(At(0s), 1);
  world.Add(At(20s), 3);
  world.Add(At(10s), 8);
  world.Add(At(30s), 4);
  for (const Row& row : rows) {
    SignalSpec spec = Spec(row.function);
    spec.quantile = 0.5;
    const Signal signal = world.observations.Evaluate("edge", spec, At(31s));
    EXPECT_EQ(signal.state, SignalState::kFresh) << static_cast<int>(row.function);
    // A fall of a counter is a restart from zero: 8 -> 3 adds 3.
    EXPECT_NEAR(signal.value, row.value, 1e-12) << static_cast<int>(row.function);
    EXPECT_EQ(signal.age, 1s);
  }
}

TEST(Windows, AQuantileLiesBetweenTheClosestRanks) {
  World world;
  for (const double value : {40.0, 10.0, 30.0, 20.0}) world.Add(At(0s), value);
  SignalSpec spec = Spec(WindowFunction::kQuantile);
  const std::pair<double, double> rows[] = {{0, 10}, {0.5, 25}, {0.9, 37}, {1, 40}};
  for (const auto& [quantile, value] : rows) {
    spec.quantile = quantile;
    EXPECT_NEAR(world.observations.Evaluate("edge", spec, At(1s)).value, value, 1e-12) << quantile;
  }
}

TEST(Windows, ReachBackByTheirLengthAndForwardToPointsOfFastClocks) {
  World world;
  world.Add(At(0s), 1);
  world.Add(At(1s), 2);
  world.Add(At(65s), 4);
  const Signal signal = world.observations.Evaluate("edge", Spec(WindowFunction::kSum), At(60s));
  EXPECT_EQ(signal.value, 6);
  EXPECT_EQ(signal.points, 2);
  EXPECT_EQ(signal.age, 0s);
}

TEST(Windows, RateAndSlopeAreMissingWithFewerThanTwoTimes) {
  World world;
  world.Add(At(0s), 1);
  world.Add(At(0s), 2);
  for (const WindowFunction function : {WindowFunction::kRate, WindowFunction::kSlope}) {
    const Signal signal = world.observations.Evaluate("edge", Spec(function), At(1s));
    EXPECT_EQ(signal.state, SignalState::kMissing);
    EXPECT_FALSE(signal.has_value());
  }
}

TEST(Grouping, SumsWithinHostsAndAveragesAcrossThem) {
  World world;
  world.Add(At(0s), 1, {{"host", "a"}, {"vm", "1"}});
  world.Add(At(0s), 3, {{"host", "a"}, {"vm", "2"}});
  world.Add(At(0s), 10, {{"host", "b"}, {"vm", "3"}});
  SignalSpec spec = Spec(WindowFunction::kLast);
  spec.group_by = "host";
  EXPECT_EQ(world.observations.Evaluate("edge", spec, At(0s)).value, 7);
  spec.across = Combine::kMax;
  EXPECT_EQ(world.observations.Evaluate("edge", spec, At(0s)).value, 10);
  spec.group_by = "";
  spec.across = Combine::kMean;
  EXPECT_NEAR(world.observations.Evaluate("edge", spec, At(0s)).value, 14 / 3.0, 1e-12);
  spec.where = Host("a");
  EXPECT_EQ(world.observations.Evaluate("edge", spec, At(0s)).value, 2);
}

TEST(Grouping, PoolsThePointsOfAllSeriesAsIfTheyWereOne) {
  World world;
  for (int i = 0; i < 9; ++i) world.Add(At(0s), 1, Host("busy"));
  world.Add(At(0s), 100, Host("idle"));
  SignalSpec spec = Spec(WindowFunction::kMean);
  EXPECT_EQ(world.observations.Evaluate("edge", spec, At(0s)).value, 50.5);
  spec.across = Combine::kPool;
  const Signal pooled = world.observations.Evaluate("edge", spec, At(0s));
  EXPECT_EQ(pooled.value, 10.9);
  EXPECT_EQ(pooled.points, 10);
  EXPECT_EQ(pooled.series, 2);
}

TEST(Freshness, ASeriesThatFallsSilentMakesTheSignalPartialUntilItIsForgotten) {
  struct Row {
    Duration after;
    SignalState state;
    double value;
    std::int64_t silent;
  };
  const Row rows[] = {
      {90s, SignalState::kFresh, 3, 0},
      {90s + 1ms, SignalState::kPartial, 2, 1},
      {300s, SignalState::kPartial, 2, 1},
      {300s + 1ms, SignalState::kFresh, 2, 0},
  };
  for (const Row& row : rows) {
    World world;
    world.Add(At(0s), 1, Host("a"));
    world.Add(At(0s) + row.after, 2, Host("b"));
    SignalSpec spec = Spec(WindowFunction::kLast);
    spec.across = Combine::kSum;
    const Signal signal = world.observations.Evaluate("edge", spec, At(0s) + row.after);
    EXPECT_EQ(signal.state, row.state) << row.after.count();
    EXPECT_EQ(signal.value, row.value) << row.after.count();
    EXPECT_EQ(signal.silent, row.silent) << row.after.count();
  }
}

TEST(Freshness, ASeriesWithTooFewPointsMakesTheSignalPartialToo) {
  World world;
  world.Add(At(0s), 1, Host("a"));
  world.Add(At(10s), 11, Host("a"));
  world.Add(At(10s), 5, Host("new"));
  const Signal signal = world.observations.Evaluate("edge", Spec(WindowFunction::kRate), At(10s));
  EXPECT_EQ(signal.state, SignalState::kPartial);
  EXPECT_EQ(signal.value, 1);
  EXPECT_EQ(signal.series, 1);
}

TEST(Freshness, AllSilentIsStaleAndNeverSeenIsMissing) {
  World world;
  world.Add(At(0s), 1);
  const SignalSpec spec = Spec(WindowFunction::kMean);
  const Signal stale = world.observations.Evaluate("edge", spec, At(91s));
  EXPECT_EQ(stale.state, SignalState::kStale);
  EXPECT_EQ(stale.age, 91s);
  EXPECT_EQ(world.observations.Evaluate("edge", spec, At(2h)).state, SignalState::kStale);
  EXPECT_EQ(world.observations.Evaluate("other", spec, At(0s)).state, SignalState::kMissing);
  SignalSpec elsewhere = spec;
  elsewhere.where = Host("a");
  EXPECT_EQ(world.observations.Evaluate("edge", elsewhere, At(0s)).state, SignalState::kMissing);
}

TEST(Freshness, ASumThatNoNumberHoldsIsNotFinite) {
  World world;
  world.Add(At(0s), 1.5e308);
  world.Add(At(1s), 1.5e308);
  const Signal signal = world.observations.Evaluate("edge", Spec(WindowFunction::kSum), At(1s));
  EXPECT_EQ(signal.state, SignalState::kNotFinite);
  EXPECT_EQ(signal.value, 0);
}

TEST(Observations, TellsEachTouchedClusterOnce) {
  Observations observations(4);
  SampleBatch batch;
  batch.announced = {{0, {"a", "m", {}}}, {1, {"a", "n", {}}}, {2, {"b", "m", {}}}};
  batch.samples = {{0, 1, At(0s)}, {1, 1, At(0s)}, {0, 2, At(1s)}, {2, 1, At(0s)}, {9, 1, At(0s)}};
  std::vector<std::string> touched;
  const auto note = [&](const std::string& name) { touched.push_back(name); };
  observations.Take(batch, note);
  EXPECT_EQ(touched, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(observations.dropped(), 1u);
  EXPECT_EQ(observations.series_count(), 3u);
}

TEST(Observations, ARetiredIdStandsForNothingUntilItIsAnnouncedAnew) {
  Observations observations(4);
  const auto ignore = [](const std::string&) {};
  observations.Take({{}, {{0, {"edge", "m", {}}}, {1, {"edge", "n", {}}}}, {{0, 1, At(0s)}}},
                    ignore);
  observations.Take({{0}, {}, {{0, 2, At(1s)}}}, ignore);
  EXPECT_EQ(observations.dropped(), 1u);
  const SignalSpec spec = Spec(WindowFunction::kLast);
  EXPECT_EQ(observations.Evaluate("edge", spec, At(1s)).state, SignalState::kMissing);

  observations.Take({{}, {{0, {"edge", "m", {}}}}, {{0, 3, At(2s)}}}, ignore);
  const Signal signal = observations.Evaluate("edge", spec, At(2s));
  EXPECT_EQ(signal.value, 3);
  EXPECT_EQ(signal.points, 1);
  EXPECT_EQ(observations.series_count(), 2u);
}

TEST(Observations, LastByLabelTakesTheNewestThatIsNotTooOld) {
  World world;
  world.Add(At(0s), 0.010, {{"location", "fra"}, {"probe", "1"}});
  world.Add(At(5s), 0.012, {{"location", "fra"}, {"probe", "2"}});
  world.Add(At(5s), 0.030, {{"location", "ams"}});
  world.Add(At(-60s), 0.050, {{"location", "par"}});
  world.Add(At(5s), 1, Host("a"));
  const auto last = world.observations.LastByLabel("edge", "m", "location", 60s, At(5s));
  EXPECT_EQ(last, (std::map<std::string, double>{{"ams", 0.030}, {"fra", 0.012}}));
}

// The numbers that bus/README.md states.
TEST(Memory, ASeriesOf120PointsTakesAboutTwoKibibytes) {
  EXPECT_EQ(Series::BytesFor(120), 40u + 120 * 16);

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's allocator does not say what is in use";
#endif
  constexpr std::size_t kSeries = 1 << 14;
  const auto in_use = [] {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
  };
  SampleBatch batch;
  for (SeriesId id = 0; id < kSeries; ++id) {
    batch.announced.push_back({id, {"edge", "cpu", Host("node-" + std::to_string(id))}});
  }
  const std::size_t before = in_use();
  Observations observations(120);
  observations.Take(batch, [](const std::string&) {});
  const double real = static_cast<double>(in_use() - before) / kSeries;
  const double told = static_cast<double>(observations.bytes()) / kSeries;
  EXPECT_NEAR(told, real, real * 0.05);
  EXPECT_LE(real, 2'200);
}

}  // namespace
}  // namespace spillway
