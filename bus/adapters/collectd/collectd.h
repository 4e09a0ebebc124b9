// collectd's plugin write_http, as JSON. README.md has an example.
#pragma once

#include "bus/adapters/builtin.h"

namespace spillway::adapters {

// For the list in bus/adapters/builtin.cc.
ParsedAdapter ParseCollectd(const ConfigNode& node);

}  // namespace spillway::adapters
