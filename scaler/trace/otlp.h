// Spans as a collector takes them: OTLP 1.x over HTTP in its JSON encoding
// (https://opentelemetry.io/docs/specs/otlp).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "scaler/trace/span.h"

namespace spillway {

// Who sends them.
struct TraceSource {
  std::string name;      // of the deployment
  std::string instance;  // its id
};

// The body of a request to /v1/traces.
std::string OtlpTraces(std::span<const Span> spans, const TraceSource& source);

// How many spans a collector that answered 200 says it has refused; 0 when its answer says nothing.
std::int64_t RefusedSpans(std::string_view answer);

}  // namespace spillway
