// The streaming connector of Zabbix (6.4 and newer): values and events as lines of JSON. README.md
// has an example.
#pragma once

#include "bus/adapters/builtin.h"

namespace spillway::adapters {

// For the list in bus/adapters/builtin.cc.
ParsedAdapter ParseZabbix(const ConfigNode& node);

}  // namespace spillway::adapters
