// StatsD over UDP, with DogStatsD's tags. README.md has an example.
#pragma once

#include "bus/adapters/builtin.h"

namespace spillway::adapters {

// For the list in bus/adapters/builtin.cc.
ParsedAdapter ParseStatsd(const ConfigNode& node);

}  // namespace spillway::adapters
