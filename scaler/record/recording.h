// A recording as it is read: a segment, or a folder of them, line by line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scaler/record/compressed_file.h"
#include "scaler/record/lines.h"

namespace spillway {

class Recording {
 public:
  // `path`: one file, or a folder of segments. Throws RecordError when there is nothing to read.
  explicit Recording(const std::string& path);

  // Nothing at the end. What is damaged ends its segment; the next is readable by itself.
  std::optional<RecordedLine> Next();

  // The segments that could not be read to their end: which, where and why. One that a killed
  // process left torn is none of them.
  const std::vector<std::string>& damaged() const { return damaged_; }

 private:
  std::optional<RecordedLine> NextOfFile();

  std::vector<std::string> files_;  // oldest first
  std::size_t next_ = 0;
  std::optional<CompressedReader> file_;
  std::int64_t line_ = 0;  // of that file
  std::vector<std::string> damaged_;
};

}  // namespace spillway
