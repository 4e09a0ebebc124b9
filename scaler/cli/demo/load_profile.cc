#include "scaler/cli/demo/load_profile.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>

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

template <class T>
std::optional<T> ReadNumber(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

[[noreturn]] void Fail(const std::string& name, std::size_t line, const std::string& expectation,
                       std::string_view found) {
  constexpr std::size_t kShown = 60;
  throw TraceError(name + ", line " + std::to_string(line) + ": expected " + expectation +
                   ", got \"" + std::string(found.substr(0, kShown)) + "\"");
}

LoadPoint ReadPoint(const std::string& name, std::size_t number, std::string_view line) {
  const std::size_t comma = line.find(',');
  const auto at = ReadNumber<double>(line.substr(0, comma));
  const auto value =
      comma == std::string_view::npos ? std::nullopt : ReadNumber<double>(line.substr(comma + 1));
  constexpr double kLatest = 1e11;  // milliseconds of it still fit
  if (!at || !value || !(std::abs(*at) < kLatest)) {
    Fail(name, number, "two numbers, timestamp_s,value", line);
  }
  if (!std::isfinite(*value) || *value < 0) Fail(name, number, "a value of 0 or more", line);
  return {Duration(std::llround(*at * 1000)), *value};
}

}  // namespace

Duration LoadProfile::Length() const {
  const std::size_t n = points.size();
  return n < 2 ? Duration(0) : points[n - 1].at + (points[n - 1].at - points[n - 2].at);
}

double LoadProfile::At(Duration since_start) const {
  const auto next =
      std::upper_bound(points.begin(), points.end(), since_start,
                       [](Duration t, const LoadPoint& point) { return t < point.at; });
  return next == points.begin() ? 0 : std::prev(next)->value;
}

double LoadProfile::Peak() const {
  double peak = 0;
  for (const LoadPoint& point : points) peak = std::max(peak, point.value);
  return peak;
}

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

LoadProfile ReadTrace(std::istream& in, const std::string& name) {
  LoadProfile trace;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const bool is_header = trace.points.empty() && line == "timestamp_s,value";
    if (line.empty() || line.front() == '#' || is_header) continue;
    const LoadPoint point = ReadPoint(name, number, line);
    if (!trace.points.empty() && point.at <= trace.points.back().at) {
      Fail(name, number, "a time after that of the line before", line);
    }
    trace.points.push_back(point);
  }
  if (trace.points.size() < 2) {
    throw TraceError(name + ": expected at least two lines timestamp_s,value, got " +
                     std::to_string(trace.points.size()));
  }
  const Duration first = trace.points.front().at;
  for (LoadPoint& point : trace.points) point.at -= first;
  return trace;
}

LoadProfile ReadTraceFile(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw TraceError(path + ": expected a trace to read: " + std::strerror(errno));
  return ReadTrace(in, path);
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
