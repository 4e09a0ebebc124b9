// A piece of work that is over, as OpenTelemetry has it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "scaler/model/time.h"

namespace spillway {

using SpanValue = std::variant<std::string, std::int64_t, double, bool>;

// Since the Unix epoch.
using SpanTime = std::chrono::nanoseconds;
inline SpanTime SpanTimeOf(Time time) { return time.time_since_epoch(); }

struct Span {
  std::string trace;   // 32 hexadecimal digits
  std::string id;      // 16
  std::string parent;  // empty: the first of its trace
  std::string name;
  SpanTime start{};
  SpanTime end{};
  std::vector<std::pair<std::string, SpanValue>> attributes;
  std::string error;  // why it did not succeed; empty: it did
};

// The trace that a decision begins. It is made of what is stored anyway, so that spans of a host
// join it after a restart of the service.
std::string TraceOf(std::string_view deployment, std::string_view decision);

// The only span of that name in a trace; `subject` tells those of several hosts apart.
std::string SpanIdOf(std::string_view trace, std::string_view name, std::string_view subject = {});

// Whether the trace is among the `share` of all (0 to 1) that are sent: the same answer for each of
// its spans, in each life of the service.
bool IsSampled(std::string_view trace, double share);

}  // namespace spillway
