// Lines of text in a gzip file (RFC 1952), so that `zcat` shows them. The door for zlib.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace spillway {

// Says which file, what was tried, and what the system said.
class RecordError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One thread. Every function may throw RecordError; the file is then of no further use.
class CompressedWriter {
 public:
  // Makes the file anew, readable by its owner only.
  explicit CompressedWriter(const std::string& path);
  ~CompressedWriter();
  CompressedWriter(const CompressedWriter&) = delete;
  CompressedWriter& operator=(const CompressedWriter&) = delete;

  void Write(std::string_view text);
  // What was written up to now can be read by others, and survives a kill of the process.
  void Flush();
  // Flushes and closes; a file that was not closed is read up to its last flush.
  void Close();

  // Of the file, up to the last flush or more.
  std::int64_t bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// One thread.
class CompressedReader {
 public:
  // Throws RecordError when it cannot be opened.
  explicit CompressedReader(const std::string& path);
  ~CompressedReader();
  CompressedReader(const CompressedReader&) = delete;
  CompressedReader& operator=(const CompressedReader&) = delete;

  // The next line without its newline; nothing at the end. A file that a killed process left torn
  // ends with its last whole line. Throws RecordError for one that is damaged.
  std::optional<std::string> Line();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway
