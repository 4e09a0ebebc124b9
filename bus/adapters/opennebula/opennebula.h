// An OpenNebula front-end: what it says of its pools, at an interval and when its events tell of a
// change. README.md has an example.
#pragma once

#include "bus/adapters/builtin.h"

namespace spillway::adapters {

// For the list in bus/adapters/builtin.cc.
ParsedAdapter ParseOpenNebula(const ConfigNode& node);

}  // namespace spillway::adapters
