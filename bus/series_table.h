// Which series there are and the number of each, between the bytes of a frame and a SeriesId.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/sample.h"

namespace spillway::bus {

// Open addressing: one probe and one comparison find a known series. Not thread-safe.
class SeriesTable {
 public:
  // Keeps at most `max_series`; one that was not seen for `ttl` makes room.
  SeriesTable(std::size_t max_series, Duration ttl);

  // Call before the first series of a frame. When `batch` retires nothing yet, what was retired
  // earlier has been handed over, and its ids can be given out again.
  void StartFrame(Time now, SampleBatch& batch);

  // The series whose key has these bytes, marked as seen.
  std::optional<SeriesId> Find(std::string_view key, Time now);
  // Gives a new series an id. Nothing when the table is full of series that are not idle.
  // REQUIRES: Find(key) found nothing.
  std::optional<SeriesId> Add(std::string_view key, Time now, SampleBatch& batch);

  std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::size_t hash = 0;
    SeriesId id = kFree;
  };
  struct Entry {
    std::string key;
    std::size_t hash = 0;
    Time seen;
    bool is_live = false;
  };
  static constexpr SeriesId kFree = 0xffffffff;

  void RetireIdle(Time now, SampleBatch& batch);
  SeriesId TakeId();
  void Link(SeriesId id);
  void Unlink(SeriesId id);
  void Grow();

  const std::size_t max_series_;
  const Duration ttl_;
  std::vector<Slot> slots_;  // a power of two, at most half full
  std::vector<Entry> entries_;
  std::vector<SeriesId> free_;
  std::vector<SeriesId> resting_;  // retired, perhaps in the batch that is being filled
  std::size_t size_ = 0;
  Time next_sweep_ = kDistantPast;
  Time next_search_ = kDistantPast;
};

}  // namespace spillway::bus
