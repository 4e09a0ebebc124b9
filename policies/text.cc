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

std::string TimeText(Time t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(t - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace spillway
