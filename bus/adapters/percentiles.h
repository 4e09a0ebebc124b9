// Which quantiles an adapter tells.
#pragma once

#include <string>
#include <vector>

#include "scaler/runtime/config_node.h"

namespace spillway::adapters {

// Reads `percentiles`, a list of integers from 1 to 99; [95] when it is left out.
std::vector<int> ParsePercentiles(const ConfigNode& node);

// The label of those readings, and its value: "0.95" of 95.
inline constexpr const char* kQuantileLabel = "quantile";
std::string QuantileText(double q);

}  // namespace spillway::adapters
