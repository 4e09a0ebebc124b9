// What a frame holds, both ways; bus/README.md is the format's document. The door for simdjson.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "scaler/model/sample.h"

namespace spillway::bus {

// Why a frame or a sample of it was not taken. The Name() is the `reason` label of
// spillway_bus_rejected_total.
enum class Reject {
  kBadTopic,       // not a topic of this version
  kBadFrames,      // neither one frame nor topic and payload
  kTooLarge,       // over the limit of a frame
  kBadJson,        // not JSON, or neither an object nor an array of objects
  kMissingMember,  // cluster, metric or value is not there
  kWrongType,      // a member is of another type
  kUnknownCluster,
  kNotFinite,  // NaN or infinity
  kTooOld,
  kInFuture,
  kNameTooLong,  // cluster, metric, label name or value
  kTooManyLabels,
  kTooManySeries,
  kQueueFull,  // the loop is behind
};
inline constexpr int kRejects = 14;
std::string_view Name(Reject reject);

struct DecodeLimits {
  std::size_t max_frame_bytes = 1 << 20;
  std::size_t max_name_bytes = 200;
  std::size_t max_labels = 16;
  std::size_t max_series = 100'000;
  Duration oldest = std::chrono::minutes(10);    // before arrival
  Duration furthest = std::chrono::seconds(30);  // after arrival
  Duration series_ttl = std::chrono::hours(1);   // idle series make room after this
};

// Turns payloads into samples. Owns the table of series. One thread.
class Decoder {
 public:
  // Called for each frame or sample that is not taken; `detail` is for a log line.
  using OnReject = std::function<void(Reject, std::string_view detail)>;

  Decoder(const std::set<std::string>& clusters, DecodeLimits limits, OnReject on_reject);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // New series of these are taken from now on, and of no others. Those there are go on until they
  // fall silent.
  void SetClusters(const std::set<std::string>& clusters);

  // Appends the samples of one payload to `batch`. Good samples of an array are taken though
  // others are bad; of a frame that is not JSON all the way nothing is taken. Without a `time` a
  // sample gets `arrival`. No allocation per sample of a known series.
  void Decode(std::string_view payload, Time arrival, SampleBatch& batch);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Topics of version 1.
inline constexpr std::string_view kSamplesTopic = "spillway/1/samples";
std::string DecisionTopic(std::string_view cluster);  // "spillway/1/decisions/<cluster>"
std::string HostTopic(std::string_view cluster);      // "spillway/1/hosts/<cluster>"
inline constexpr std::string_view kHeartbeatTopic = "spillway/1/heartbeat";

}  // namespace spillway::bus
