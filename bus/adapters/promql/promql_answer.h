// What Prometheus answers to an instant query.
// Source: prometheus.io, "HTTP API", "Expression queries" and "Format overview".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bus/adapters/reading.h"

namespace spillway::adapters {

// A series of the result. The time is that for which the query was evaluated, to a millisecond.
struct PromqlValue {
  Labels labels;  // by name; without __name__
  double value = 0;
  Time time;

  friend bool operator==(const PromqlValue&, const PromqlValue&) = default;
};

struct PromqlAnswer {
  std::vector<PromqlValue> values;  // NaN and infinities too
  std::vector<Lost> lost;           // series without a number: histograms
  std::vector<std::string> warnings;
  bool is_scalar = false;

  friend bool operator==(const PromqlAnswer&, const PromqlAnswer&) = default;
};

// Seconds since 1970; nothing for what is no time.
std::optional<Time> TimeOfSeconds(double seconds);

// Of any status and text. Lost: kRefused with Prometheus' words, kDenied, kTooMany for more than
// `max_series`, else kBadBody. Pure.
std::variant<PromqlAnswer, Lost> ReadPromqlAnswer(int status, std::string_view body,
                                                  std::size_t max_series);

}  // namespace spillway::adapters
