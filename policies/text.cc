#include "policies/text.h"

#include <fmt/core.h>

#include <cmath>

namespace spillway {

std::string FigureText(double value) {
  const double size = std::abs(value);
  if (size >= 1e4 && size < 1e15) return fmt::format("{:.0f}", value);
  return fmt::format("{:.4g}", value);
}

std::string CapacityText(const Capacity& c) {
  return fmt::format("{} vCPU, {} GiB", c.vcpu,
                     FigureText(static_cast<double>(c.memory_mib) / 1024.0));
}

std::string SpanText(Duration d) {
  if (d < std::chrono::minutes(2)) return fmt::format("{} s", FigureText(std::round(Seconds(d))));
  if (d < std::chrono::hours(2)) return fmt::format("{:.0f} min", Seconds(d) / 60.0);
  return fmt::format("{:.1f} h", Hours(d));
}

}  // namespace spillway
