#include "scaler/backtest/trace.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

namespace spillway {
namespace {

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

std::vector<std::filesystem::path> TracesIn(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".csv") files.push_back(entry.path());
  }
  if (error) throw TraceError(directory.string() + ": " + error.message());
  if (files.empty()) throw TraceError(directory.string() + ": expected at least one *.csv file");
  std::sort(files.begin(), files.end());
  return files;
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
  trace.first_timestamp = trace.points.front().at;
  for (LoadPoint& point : trace.points) point.at -= trace.first_timestamp;
  return trace;
}

LoadProfile ReadTraceFile(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw TraceError(path + ": expected a trace to read: " + std::strerror(errno));
  return ReadTrace(in, path);
}

std::vector<Trace> ReadTraces(const std::vector<std::string>& paths) {
  std::vector<Trace> traces;
  const auto add = [&](const std::filesystem::path& file) {
    traces.push_back({file.stem().string(), ReadTraceFile(file.string())});
  };
  for (const std::string& path : paths) {
    if (!std::filesystem::is_directory(path)) {
      add(path);
      continue;
    }
    for (const auto& file : TracesIn(path)) add(file);
  }
  return traces;
}

}  // namespace spillway
