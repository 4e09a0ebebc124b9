// All series of all clusters, and the signals that are made of them. Pure: no clock, no I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/sample.h"
#include "scaler/model/signal.h"
#include "scaler/observe/series.h"

namespace spillway {

class Observations {
 public:
  // Every series gets a ring of `points_per_series` points.
  explicit Observations(std::size_t points_per_series);

  // Takes a batch (retired, announced, samples, in that order). Calls `touched(cluster)` once for
  // each cluster that got a sample; the name is valid during the call. Samples of an id that was
  // never announced are counted in `dropped()`.
  // No allocation per sample.
  template <class F>
  void Take(const SampleBatch& batch, F&& touched);

  // The signal at `now`. O(points in the window), for a quantile times their logarithm.
  Signal Evaluate(const std::string& cluster, const SignalSpec& spec, Time now) const;

  // The newest value of each series of `metric`, by the value of `label`, when it is not older
  // than `max_age`: measured round trips by location, for instance.
  std::map<std::string, double> LastByLabel(const std::string& cluster, const std::string& metric,
                                            const std::string& label, Duration max_age,
                                            Time now) const;

  std::size_t series_count() const;
  std::uint64_t dropped() const;
  // Bytes of all series: series_count() times Series::BytesFor and the index.
  std::size_t bytes() const;
};

}  // namespace spillway
