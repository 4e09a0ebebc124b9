// JSON text -> samples as they were sent, views into buffers that are reused. The door for
// simdjson.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "bus/frame.h"

namespace spillway::bus {

using LabelView = std::pair<std::string_view, std::string_view>;

// A sample with all its members, of the right types; nothing else is checked. The views are into
// buffers in which 16 bytes more may be read behind each of them.
struct RawSample {
  std::string_view cluster;
  std::string_view metric;
  double value = 0;
  std::optional<double> time;
  // Of SampleReader::labels(), in the order of the text; a name may stand twice.
  std::size_t labels_begin = 0;
  std::size_t labels_end = 0;
};

struct RawReject {
  Reject reason;
  std::string_view detail;
};

class SampleReader {
 public:
  SampleReader(std::size_t max_payload_bytes, std::size_t max_labels);
  ~SampleReader();
  SampleReader(const SampleReader&) = delete;
  SampleReader& operator=(const SampleReader&) = delete;

  // Reads one payload; everything read before is forgotten. False when it is not JSON all the way,
  // or neither an object nor an array of objects: `error()` says why, nothing else counts then.
  // REQUIRES: payload.size() <= max_payload_bytes.
  bool Read(std::string_view payload);

  std::string_view error() const;
  std::span<const RawSample> samples() const;
  std::span<LabelView> labels(const RawSample& sample);
  // One for each object that is not among the samples.
  std::span<const RawReject> rejects() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway::bus
