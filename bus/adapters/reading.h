// What a decoder makes of another system's data, before it is known what of it we want.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/sample.h"
#include "scaler/model/time.h"

namespace spillway::adapters {

// A value as the other system names it.
struct Reading {
  std::string metric;
  Labels labels;  // in any order
  double value = 0;
  std::optional<Time> time = {};  // nothing: that of its arrival

  friend bool operator==(const Reading&, const Reading&) = default;
};

// Many more than a sample may have on the bus.
inline constexpr std::size_t kMaxReadLabels = 128;
// Adds a label unless there is one of this name, or there are that many.
void AddLabel(Labels& labels, const std::string& name, std::string value);

// A value as the bus takes it.
struct MappedSample {
  SeriesKey key;
  double value = 0;
  std::optional<Time> time = {};

  friend bool operator==(const MappedSample&, const MappedSample&) = default;
};

// Why a request, or something in it, became no sample. The Name() is the `reason` label of
// spillway_adapter_rejected_total.
enum class Loss {
  kDenied,       // without the token
  kNotFound,     // no adapter, or not a path or method of its protocol
  kTooLarge,     // a body, as it came or unpacked; a datagram
  kBadEncoding,  // cannot be unpacked
  kBadBody,      // not of the protocol: nothing of it is taken
  kBusy,         // the bus is behind; the sender was told to come again
  kBadReading,   // one entry is wrong, others may be good
  kNotANumber,   // a text, or nothing at all
  kNotFinite,    // NaN or infinity
  kStale,        // the sender says that the series has ended
  kTooMany,      // beyond a limit of the adapter's, as of series
  kOverflow,     // datagrams that came faster than they were read
  kEvent,        // something that happened, which is no value: acknowledged
  kUnmapped,     // no rule fits
  kDropped,      // a rule says so
  kNoCluster,    // the label that names the cluster is not there
  kNoAnswer,     // of a system that is asked: not reached, or not in time
  kRefused,      // a system that was asked says no
  kTooOld,       // an answer that is no news any more
};
inline constexpr int kLosses = static_cast<int>(Loss::kTooOld) + 1;  // the last of them
std::string_view Name(Loss loss);

// A whole request, or one reading of it.
struct Lost {
  Loss reason;
  std::string detail;  // for a log line: which, and what was expected

  friend bool operator==(const Lost&, const Lost&) = default;
};

}  // namespace spillway::adapters
