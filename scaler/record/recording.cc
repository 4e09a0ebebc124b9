#include "scaler/record/recording.h"

#include <filesystem>
#include <set>

#include "scaler/record/segments.h"

namespace spillway {

Recording::Recording(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    files_ = SegmentFiles(path);
    if (files_.empty()) throw RecordError("recording " + path + ": there are no segments in it");
  } else {
    files_ = {path};
  }
}

std::optional<RecordedLine> Recording::Next() {
  while (true) {
    if (!file_) {
      if (next_ == files_.size()) return std::nullopt;
      file_.emplace(files_[next_++]);
    }
    const std::optional<std::string> line = file_->Line();
    if (!line) {
      file_.reset();
      continue;
    }
    try {
      return LineFrom(*line);
    } catch (const RecordError& error) {
      throw RecordError(files_[next_ - 1] + ": " + error.what());
    }
  }
}

std::vector<std::pair<Time, double>> SamplesOf(Recording& recording, const std::string& cluster,
                                               const std::string& metric) {
  std::vector<std::pair<Time, double>> samples;
  std::set<SeriesId> wanted;
  const auto announce = [&](SeriesId id, const SeriesKey& key) {
    wanted.erase(id);
    if (key.cluster == cluster && key.metric == metric) wanted.insert(id);
  };
  while (const std::optional<RecordedLine> line = recording.Next()) {
    if (std::holds_alternative<SegmentStart>(*line)) wanted.clear();
    if (const auto* series = std::get_if<RecordedSeries>(&*line)) announce(series->id, series->key);
    const auto* taken = std::get_if<RecordedSamples>(&*line);
    if (taken == nullptr) continue;
    for (const SeriesId id : taken->batch.retired) wanted.erase(id);
    for (const SeriesAnnouncement& a : taken->batch.announced) announce(a.id, a.key);
    for (const Sample& sample : taken->batch.samples) {
      if (wanted.contains(sample.series)) samples.emplace_back(sample.time, sample.value);
    }
  }
  return samples;
}

}  // namespace spillway
