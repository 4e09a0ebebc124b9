#include "bus/series_table.h"

#include <functional>

namespace spillway::bus {

namespace {

constexpr std::size_t kFirstSlots = 1024;
// While the table is full, each new series asks for room; a sweep of everything for each of them
// would let a flood of new names stop the bus.
constexpr Duration kBetweenSearches = std::chrono::seconds(1);

}  // namespace

SeriesTable::SeriesTable(std::size_t max_series, Duration ttl)
    : max_series_(max_series), ttl_(ttl), slots_(kFirstSlots) {}

void SeriesTable::StartFrame(Time now, SampleBatch& batch) {
  if (batch.retired.empty() && !resting_.empty()) {
    free_.insert(free_.end(), resting_.begin(), resting_.end());
    resting_.clear();
  }
  if (now < next_sweep_) return;
  next_sweep_ = now + ttl_ / 8;
  RetireIdle(now, batch);
}

std::optional<SeriesId> SeriesTable::Find(std::string_view key, Time now) {
  const std::size_t mask = slots_.size() - 1;
  const std::size_t hash = std::hash<std::string_view>()(key);
  for (std::size_t i = hash & mask; slots_[i].id != kFree; i = (i + 1) & mask) {
    if (slots_[i].hash != hash) continue;
    Entry& entry = entries_[slots_[i].id];
    if (entry.key != key) continue;
    entry.seen = now;
    return slots_[i].id;
  }
  return std::nullopt;
}

std::optional<SeriesId> SeriesTable::Add(std::string_view key, Time now, SampleBatch& batch) {
  if (size_ >= max_series_ && now >= next_search_) {
    next_search_ = now + kBetweenSearches;
    RetireIdle(now, batch);
  }
  if (size_ >= max_series_) return std::nullopt;
  const SeriesId id = TakeId();
  entries_[id] = {std::string(key), std::hash<std::string_view>()(key), now, true};
  ++size_;
  if (size_ * 2 > slots_.size()) {
    Grow();
  } else {
    Link(id);
  }
  return id;
}

void SeriesTable::RetireIdle(Time now, SampleBatch& batch) {
  for (SeriesId id = 0; id < entries_.size(); ++id) {
    Entry& entry = entries_[id];
    if (!entry.is_live || now - entry.seen < ttl_) continue;
    Unlink(id);
    entry = Entry{};
    --size_;
    resting_.push_back(id);
    batch.retired.push_back(id);
  }
}

SeriesId SeriesTable::TakeId() {
  if (free_.empty()) {
    entries_.emplace_back();
    return static_cast<SeriesId>(entries_.size() - 1);
  }
  const SeriesId id = free_.back();
  free_.pop_back();
  return id;
}

void SeriesTable::Link(SeriesId id) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = entries_[id].hash & mask;
  while (slots_[i].id != kFree) i = (i + 1) & mask;
  slots_[i] = {entries_[id].hash, id};
}

// Moves later ones of the run up into the hole, so that no search ends before them.
void SeriesTable::Unlink(SeriesId id) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t hole = entries_[id].hash & mask;
  while (slots_[hole].id != id) hole = (hole + 1) & mask;
  for (std::size_t i = (hole + 1) & mask; slots_[i].id != kFree; i = (i + 1) & mask) {
    const std::size_t home = slots_[i].hash & mask;
    const bool may_move = ((i - home) & mask) >= ((i - hole) & mask);
    if (!may_move) continue;
    slots_[hole] = slots_[i];
    hole = i;
  }
  slots_[hole] = Slot{};
}

void SeriesTable::Grow() {
  slots_.assign(slots_.size() * 2, Slot{});
  for (SeriesId id = 0; id < entries_.size(); ++id) {
    if (entries_[id].is_live) Link(id);
  }
}

}  // namespace spillway::bus
