// Alertmanager's webhook, version 4: an alert becomes a sample, 1 while it fires and 0 when it is
// over. README.md has an example.
#pragma once

#include "bus/adapters/builtin.h"

namespace spillway::adapters {

// For the list in bus/adapters/builtin.cc.
ParsedAdapter ParseAlertmanager(const ConfigNode& node);

}  // namespace spillway::adapters
