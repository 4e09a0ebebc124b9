// All series of all clusters, and the signals that are made of them. Pure: no clock, no I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
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
  //
  // The window is (now - window, now]; points from the future, of senders whose clocks are ahead,
  // count as of now. kLast takes the newest point however old the window lets it be: max_age alone
  // limits it. A series that reports in time but has too few points for the function makes the
  // signal partial, as a silent one does: its part of the whole is missing.
  Signal Evaluate(const std::string& cluster, const SignalSpec& spec, Time now) const;

  // The newest value of each series of `metric`, by the value of `label`, when it is not older
  // than `max_age`: measured round trips by location, for instance.
  std::map<std::string, double> LastByLabel(const std::string& cluster, const std::string& metric,
                                            const std::string& label, Duration max_age,
                                            Time now) const;

  // A series' newest point, with the series' labels, which stay valid until the next Take.
  struct Newest {
    const Labels* labels = nullptr;
    Point point;
  };
  // Of each series of `metric` whose newest point is not older than `max_age`.
  std::vector<Newest> NewestOfEach(const std::string& cluster, const std::string& metric,
                                   Duration max_age, Time now) const;

  // Calls visit(id, key, series) for each, in the order in which a signal puts them together: who
  // announces and fills them in this order elsewhere gets the same signals.
  template <class F>
  void ForEachSeries(F&& visit) const;

  std::size_t series_count() const { return series_count_; }
  std::uint64_t dropped() const { return dropped_; }
  // Bytes of all series: series_count() times Series::BytesFor and the index.
  std::size_t bytes() const;

 private:
  using SeriesOfMetric = std::map<std::string, std::vector<SeriesId>, std::less<>>;
  struct Cluster {
    std::string name;
    SeriesOfMetric metrics;
    std::uint64_t touched_by = 0;  // number of the last batch that had a sample of it
  };
  // What an id stands for; without a series the id is free.
  struct Entry {
    std::optional<Series> series;
    Cluster* cluster = nullptr;
    SeriesOfMetric::iterator metric;
    std::size_t position = 0;  // in the metric's list
    Labels labels;
  };

  void Announce(const SeriesAnnouncement& announcement);
  void Retire(SeriesId id);
  // True when the sample's cluster was not yet touched by this batch.
  bool TakeSample(const Sample& sample);
  const std::vector<SeriesId>* SeriesOf(const std::string& cluster,
                                        const std::string& metric) const;

  const std::size_t points_per_series_;
  std::vector<Entry> entries_;  // by SeriesId, which the bus gives out densely
  std::map<std::string, Cluster, std::less<>> clusters_;
  std::vector<const Cluster*> touched_;
  std::uint64_t batches_ = 0;
  std::uint64_t dropped_ = 0;
  std::size_t series_count_ = 0;
};

inline bool Observations::TakeSample(const Sample& sample) {
  if (sample.series >= entries_.size() || !entries_[sample.series].series) {
    ++dropped_;
    return false;
  }
  Entry& entry = entries_[sample.series];
  if (!entry.series->Add({sample.time, sample.value})) return false;
  if (entry.cluster->touched_by == batches_) return false;
  entry.cluster->touched_by = batches_;
  return true;
}

template <class F>
void Observations::ForEachSeries(F&& visit) const {
  for (const auto& [name, cluster] : clusters_) {
    for (const auto& [metric, ids] : cluster.metrics) {
      for (const SeriesId id : ids) {
        visit(id, SeriesKey{name, metric, entries_[id].labels}, *entries_[id].series);
      }
    }
  }
}

template <class F>
void Observations::Take(const SampleBatch& batch, F&& touched) {
  ++batches_;
  for (const SeriesId id : batch.retired) Retire(id);
  for (const SeriesAnnouncement& announcement : batch.announced) Announce(announcement);
  touched_.clear();
  for (const Sample& sample : batch.samples) {
    if (TakeSample(sample)) touched_.push_back(entries_[sample.series].cluster);
  }
  for (const Cluster* cluster : touched_) touched(cluster->name);
}

}  // namespace spillway
