// The lines of a recording: JSON, one object each, `k` says what it is. docs/recordings.md is the
// description.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scaler/control/control_loop.h"
#include "scaler/model/plan.h"
#include "scaler/model/sample.h"
#include "scaler/observe/series.h"

namespace spillway {

// A segment begins: what was known of the one before is forgotten.
struct SegmentStart {
  Time time;
  std::string configuration;
};

// A series of the windows, as it was at the segment's beginning.
struct RecordedSeries {
  SeriesId id = 0;
  SeriesKey key;
  std::vector<Point> points;
};

// Which policies act, in their order.
struct RecordedRoles {
  std::string cluster;
  std::vector<std::string> acting;
};

struct RecordedSamples {
  Time time;
  SampleBatch batch;
};

struct RecordedMarket {
  std::optional<std::vector<Offer>> offers;  // nothing: the last ones of this cluster
  std::vector<OfferBackoff> backoffs;
  std::map<std::string, Quota> quota_room;
  std::map<std::string, std::int64_t> stock_room;
  std::map<std::string, Duration> round_trips;
};

struct EvaluationLine {
  Time time;
  std::string cluster;
  std::vector<HostRecord> hosts;         // that are new or have changed
  std::vector<std::string> gone;         // ids
  std::optional<ClusterState> state;     // before; nothing: as the last evaluation left it
  std::optional<RecordedMarket> market;  // nothing: the last one of this cluster
  PolicyWaiting waiting;                 // of the acting policies, in their order
  bool is_news = false;
  std::string decision;  // DecisionText, of news; of others DigestOf it
};

using RecordedLine = std::variant<SegmentStart, RecordedSeries, PolicyMemory, RecordedRoles,
                                  RecordedSamples, EvaluationLine>;

// Each ends with a newline.
std::string BeginLine(Time now, const std::string& configuration);
// Its points from `from` on, and the newest.
std::string SeriesLine(SeriesId id, const SeriesKey& key, const Series& series, Time from);
std::string MemoryLine(const std::string& cluster, const std::string& policy,
                       const std::string& memory);
std::string RolesLine(const std::string& cluster, const PolicyList& acting);
std::string SamplesLine(const SampleBatch& batch, Time now);
std::string TextOf(const EvaluationLine& line);

// Throws RecordError for what is no line of a recording.
RecordedLine LineFrom(std::string_view text);

// A decision as the store has it, to the byte.
std::string DecisionText(const DecisionRecord& record);
// 16 hexadecimal digits: FNV-1a, 64 bits.
std::string DigestOf(std::string_view text);

}  // namespace spillway
