#include "scaler/record/joined_windows.h"

#include <algorithm>
#include <set>

namespace spillway {

void JoinedWindows::BeginSegment() {
  keys_.clear();
  is_beginning_ = true;
}

void JoinedWindows::Take(const RecordedSeries& series) {
  SampleBatch batch;
  Known& known = Find(series.id, series.key, batch);
  for (const Point& point : series.points) {
    if (point.time <= known.newest) continue;
    batch.samples.push_back({known.id, point.value, point.time});
    known.newest = point.time;
  }
  observations_.Take(batch, [](std::string_view) {});
}

void JoinedWindows::Take(const SampleBatch& recorded) {
  DropTheOthers();
  SampleBatch batch;
  for (const SeriesId id : recorded.retired) {
    const auto key = keys_.find(id);
    if (key == keys_.end()) continue;
    const auto known = known_.find(key->second);
    batch.retired.push_back(known->second.id);
    known_.erase(known);
    keys_.erase(key);
  }
  for (const SeriesAnnouncement& a : recorded.announced) Find(a.id, a.key, batch);
  for (const Sample& sample : recorded.samples) {
    const auto key = keys_.find(sample.series);
    if (key == keys_.end()) continue;
    Known& known = known_.at(key->second);
    known.newest = std::max(known.newest, sample.time);
    batch.samples.push_back({known.id, sample.value, sample.time});
  }
  observations_.Take(batch, [](std::string_view) {});
}

const Observations& JoinedWindows::observations() {
  DropTheOthers();
  return observations_;
}

JoinedWindows::Known& JoinedWindows::Find(SeriesId recorded, const SeriesKey& key,
                                          SampleBatch& batch) {
  const Key ours(key.cluster, key.metric, key.labels);
  keys_[recorded] = ours;
  const auto [known, is_new] = known_.try_emplace(ours);
  if (is_new) {
    known->second.id = next_id_++;
    batch.announced.push_back({known->second.id, key});
  }
  return known->second;
}

void JoinedWindows::DropTheOthers() {
  if (!is_beginning_) return;
  is_beginning_ = false;
  std::set<Key> there;
  for (const auto& [id, key] : keys_) there.insert(key);
  SampleBatch batch;
  std::erase_if(known_, [&](const auto& entry) {
    if (there.contains(entry.first)) return false;
    batch.retired.push_back(entry.second.id);
    return true;
  });
  observations_.Take(batch, [](std::string_view) {});
}

}  // namespace spillway
