// The files of a recording: one after the other, each readable by itself, old ones deleted. A
// thread of its own writes, so that a slow disk holds nobody up, and a full one hurts nobody: what
// cannot be written is counted, and recording goes on with the next segment.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scaler/model/time.h"
#include "scaler/runtime/log.h"
#include "scaler/runtime/metrics.h"

namespace spillway {

struct RecordConfig {
  std::string folder;
  Duration segment = std::chrono::hours(1);        // a new file at least this often
  Duration keep = std::chrono::hours(24 * 7);      // files that ended longer ago are deleted
  std::int64_t max_mib = 1024;                     // and the oldest, when all together take more
  std::size_t queue_bytes = std::size_t{1} << 26;  // that wait for the disk; beyond it, a gap

  friend bool operator==(const RecordConfig&, const RecordConfig&) = default;
};

// By its name.
bool IsSegmentFile(const std::string& path);
// Files of recordings in `folder`, oldest first.
std::vector<std::string> SegmentFiles(const std::string& folder);

// Loop thread only.
class Segments {
 public:
  // Makes the folder where it does not exist. All outlive it.
  Segments(const RecordConfig& config, Metrics& metrics, Log& log);
  // Waits until all is written.
  ~Segments();
  Segments(const Segments&) = delete;
  Segments& operator=(const Segments&) = delete;

  // What is appended from now on goes into a new file, named after `now`.
  void Begin(Time now);
  // Whole lines. Never waits: when too much waits already, all of it until the next Begin is left
  // out.
  void Append(std::string lines);
  // A new segment should be begun: the last is old or large enough, or something of it is lost.
  bool IsDue(Time now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway
