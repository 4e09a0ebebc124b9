#include "scaler/record/recording.h"

#include <fmt/core.h>

#include <filesystem>

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
  while (file_ || next_ < files_.size()) {
    try {
      if (auto line = NextOfFile()) return line;
    } catch (const RecordError& error) {
      damaged_.push_back(fmt::format("{}, line {}: {}", files_[next_ - 1], line_, error.what()));
    }
    file_.reset();
  }
  return std::nullopt;
}

std::optional<RecordedLine> Recording::NextOfFile() {
  if (!file_) {
    line_ = 0;
    file_.emplace(files_[next_++]);
  }
  ++line_;
  const std::optional<std::string> line = file_->Line();
  if (!line) return std::nullopt;
  return LineFrom(*line);
}

}  // namespace spillway
