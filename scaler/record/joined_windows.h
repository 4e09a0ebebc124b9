// The windows of a recording as one stretch. A segment begins with as much of the past as the
// windows of its own policies reach; those of others may reach further, or look at other metrics,
// and find here what the segments before have told.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <unordered_map>

#include "scaler/observe/observations.h"
#include "scaler/record/lines.h"

namespace spillway {

class JoinedWindows {
 public:
  explicit JoinedWindows(std::size_t points_per_series) : observations_(points_per_series) {}

  // The lines of a recording, in their order. Series that a segment does not begin with are gone.
  void BeginSegment();
  void Take(const RecordedSeries& series);
  void Take(const SampleBatch& batch);

  const Observations& observations();

 private:
  using Key = std::tuple<std::string, std::string, Labels>;  // cluster, metric, labels
  struct Known {
    SeriesId id = 0;  // ours: those of a recording mean something else in each life of the service
    Time newest = kDistantPast;
  };

  Known& Find(SeriesId recorded, const SeriesKey& key, SampleBatch& batch);
  // After the series that the segment begins with.
  void DropTheOthers();

  Observations observations_;
  std::map<Key, Known> known_;
  std::unordered_map<SeriesId, Key> keys_;  // by the segment's ids
  SeriesId next_id_ = 0;
  bool is_beginning_ = false;
};

}  // namespace spillway
