// Prometheus' remote write, version 1. README.md has an example.
#pragma once

#include "bus/adapters/builtin.h"

namespace spillway::adapters {

// For the list in bus/adapters/builtin.cc.
ParsedAdapter ParsePrometheus(const ConfigNode& node);

}  // namespace spillway::adapters
