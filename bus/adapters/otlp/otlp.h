// OpenTelemetry's metrics over HTTP (OTLP/HTTP), as protobuf or JSON. README.md has an example.
#pragma once

#include "bus/adapters/builtin.h"

namespace spillway::adapters {

// For the list in bus/adapters/builtin.cc.
ParsedAdapter ParseOtlp(const ConfigNode& node);

}  // namespace spillway::adapters
