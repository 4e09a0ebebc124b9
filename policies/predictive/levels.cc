#include "policies/predictive/levels.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace spillway::predictive {
namespace {

constexpr std::int16_t kExact = 64;
constexpr std::int16_t kMost = 32'000;

std::vector<std::int16_t> MakeLevels() {
  std::vector<std::int16_t> levels;
  for (std::int16_t hosts = 1; hosts <= kExact; ++hosts) levels.push_back(hosts);
  while (levels.back() < kMost) {
    const double next = std::ceil(levels.back() * 1.04);
    levels.push_back(static_cast<std::int16_t>(std::min<double>(next, kMost)));
  }
  return levels;
}

std::vector<float> MakeLogs() {
  std::vector<float> logs;
  for (const std::int16_t hosts : Levels()) logs.push_back(std::log(static_cast<float>(hosts)));
  return logs;
}

}  // namespace

std::span<const std::int16_t> Levels() {
  static const std::vector<std::int16_t> levels = MakeLevels();
  return levels;
}

std::span<const float> LogLevels() {
  static const std::vector<float> logs = MakeLogs();
  return logs;
}

std::size_t LevelFor(double hosts) {
  const auto levels = Levels();
  const auto it = std::lower_bound(levels.begin(), levels.end(), hosts - 1e-9,
                                   [](std::int16_t level, double h) { return level < h; });
  return static_cast<std::size_t>(std::min(it, levels.end() - 1) - levels.begin());
}

}  // namespace spillway::predictive
