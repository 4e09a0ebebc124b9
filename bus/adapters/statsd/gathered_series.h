// What the lines of StatsD add up to between two flushes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_set>
#include <vector>

#include "bus/adapters/reading.h"
#include "bus/adapters/statsd/metric_line.h"
#include "bus/adapters/statsd/value_sketch.h"

namespace spillway::adapters {

struct GatherConfig {
  std::vector<int> percentiles = {95};  // of timers
  std::size_t max_series = 10'000;      // at any time
  std::size_t max_members = 100'000;    // of all sets, between two flushes
  Duration zeros_for = Duration(0);     // a counter that nobody counts any more is told as 0
  Duration gauges_for = std::chrono::hours(1);  // a gauge is remembered, for changes of it
};

// One thread.
class GatheredSeries {
 public:
  explicit GatheredSeries(GatherConfig config) : config_(std::move(config)) {}

  // Adds to `lost` when there is no room for it.
  void Add(const StatsdLine& line, std::vector<Lost>& lost);
  // What came in the last `elapsed`. A counter gives NAME_per_second; a gauge NAME; a timer
  // NAME_per_second, NAME_mean, NAME_max and NAME with the label "quantile"; a set NAME_count, of
  // members that differ. What nothing came of gives nothing, but for `zeros_for`.
  std::vector<Reading> Flush(Duration elapsed);

 private:
  enum class Kind { kCounter, kGauge, kTimer, kSet };
  using Key = std::tuple<Kind, std::string, Labels>;
  struct Series {
    bool is_touched = false;  // since the last flush
    Duration idle = Duration(0);
    double number = 0;  // the counter's sum; what the gauge stands at
    ValueSketch values;
    std::unordered_set<std::size_t> members;  // their hashes
  };

  void AddMember(const StatsdLine& line, Series& series, std::vector<Lost>& lost);
  void Tell(const Key& key, const Series& series, Duration elapsed,
            std::vector<Reading>& readings) const;
  void TellTimer(const Key& key, const Series& series, Duration elapsed,
                 std::vector<Reading>& readings) const;
  Duration KeptFor(Kind kind) const;
  static Kind KindOf(StatsdType type);

  const GatherConfig config_;
  std::map<Key, Series> series_;
  std::size_t members_ = 0;  // of all sets
};

}  // namespace spillway::adapters
