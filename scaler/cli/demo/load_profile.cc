#include "scaler/cli/demo/load_profile.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "scaler/runtime/random.h"

namespace spillway {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// From 0 to 1 around `middle`, most of it within `width`.
double Rise(double hour, double middle, double width) {
  return 1.0 / (1.0 + std::exp(-(hour - middle) * 4.0 / width));
}

double Hill(double hour, double middle, double width) {
  return std::exp(-std::pow((hour - middle) / width, 2));
}

// Everybody comes within minutes, and goes within the hour.
double FlashCrowd(double hour) {
  constexpr double kBegin = 14.2;
  if (hour < kBegin) return 0;
  const double since = hour - kBegin;
  return std::min(since / 0.08, 1.0) * std::exp(-since / 0.5);
}

double DayShape(double hour) {
  const double office = Rise(hour, 8.2, 2.0) * (1.0 - Rise(hour, 18.0, 4.0));
  return 0.12 + 0.33 * office + 0.62 * Hill(hour, 20.3, 1.9) + 0.65 * FlashCrowd(hour);
}

}  // namespace

LoadProfile MakeDay(std::uint64_t seed) {
  constexpr double kNoise = 0.02;
  constexpr double kMemory = 0.8;  // of the noise, from one minute to the next
  Random random(seed);
  LoadProfile day;
  double noise = 0;
  for (int minute = 0; minute < 24 * 60; ++minute) {
    const double fresh = std::log(random.LogNormal(1.0, kNoise));
    noise = kMemory * noise + std::sqrt(1 - kMemory * kMemory) * fresh;
    day.points.push_back({minutes(minute), DayShape(minute / 60.0) * std::exp(noise)});
  }
  return day;
}

LoadProfile Busiest(const LoadProfile& profile, Duration length) {
  if (profile.Length() <= length) return profile;
  const auto highest =
      std::max_element(profile.points.begin(), profile.points.end(),
                       [](const LoadPoint& a, const LoadPoint& b) { return a.value < b.value; });
  const Duration from =
      std::clamp(highest->at - length * 2 / 3, Duration(0), profile.Length() - length);
  LoadProfile part;
  part.points.push_back({Duration(0), profile.At(from)});
  for (const LoadPoint& point : profile.points) {
    if (point.at > from && point.at < from + length) {
      part.points.push_back({point.at - from, point.value});
    }
  }
  return part;
}

LoadProfile ScaledTo(LoadProfile profile, double peak) {
  const double factor = profile.Peak() > 0 ? peak / profile.Peak() : 0;
  for (LoadPoint& point : profile.points) point.value *= factor;
  return profile;
}

}  // namespace spillway
