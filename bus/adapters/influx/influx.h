// InfluxDB's way in, of version 1 (/write) and version 2 (/api/v2/write): what Telegraf and
// InfluxDB's clients speak. README.md has an example.
#pragma once

#include "bus/adapters/builtin.h"

namespace spillway::adapters {

// For the list in bus/adapters/builtin.cc.
ParsedAdapter ParseInflux(const ConfigNode& node);

}  // namespace spillway::adapters
