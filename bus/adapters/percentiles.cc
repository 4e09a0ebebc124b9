#include "bus/adapters/percentiles.h"

#include <fmt/format.h>

namespace spillway::adapters {

std::vector<int> ParsePercentiles(const ConfigNode& node) {
  if (!node.Has("percentiles")) return {95};
  std::vector<int> percentiles;
  for (const ConfigNode& entry : node.List("percentiles")) {
    const std::int64_t percentile = entry.AsInteger();
    if (percentile < 1 || percentile > 99) entry.Fail("expected an integer from 1 to 99");
    percentiles.push_back(static_cast<int>(percentile));
  }
  return percentiles;
}

std::string QuantileText(double q) { return fmt::format("{}", q); }

}  // namespace spillway::adapters
