// A recording as it is read: a segment, or a folder of them, line by line.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scaler/record/compressed_file.h"
#include "scaler/record/lines.h"

namespace spillway {

class Recording {
 public:
  // `path`: one file, or a folder of segments. Throws RecordError when there is nothing to read.
  explicit Recording(const std::string& path);

  // Nothing at the end. Throws RecordError, with the file, for what is damaged.
  std::optional<RecordedLine> Next();

 private:
  std::vector<std::string> files_;  // oldest first
  std::size_t next_ = 0;
  std::optional<CompressedReader> file_;
};

// The samples of one metric of a cluster, over all its series, in the order of their arrival: a
// trace to backtest on.
std::vector<std::pair<Time, double>> SamplesOf(Recording& recording, const std::string& cluster,
                                               const std::string& metric);

}  // namespace spillway
