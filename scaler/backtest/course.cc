#include "scaler/backtest/course.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

// Timestamps above are Unix time; below, they count from some start of a week.
constexpr Duration kUnixTimeFrom = std::chrono::seconds(100'000'000);
constexpr Time kAMonday = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1);
constexpr Duration kLongestWarmUp = std::chrono::hours(72);
constexpr double kCapacityQuantile = 0.999;

Duration UsualInterval(const std::vector<LoadPoint>& points) {
  std::vector<Duration> intervals;
  for (std::size_t i = 1; i < points.size(); ++i) {
    intervals.push_back(points[i].at - points[i - 1].at);
  }
  const auto middle = intervals.begin() + static_cast<std::ptrdiff_t>(intervals.size() / 2);
  std::nth_element(intervals.begin(), middle, intervals.end());
  return *middle;
}

// What intervals of more than twice the usual have too much.
Duration Gaps(const std::vector<LoadPoint>& points) {
  const Duration usual = UsualInterval(points);
  Duration gaps{0};
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Duration interval = points[i].at - points[i - 1].at;
    if (interval > 2 * usual) gaps += interval - usual;
  }
  return gaps;
}

std::vector<double> LoadBySteps(const LoadProfile& profile, Duration step) {
  const auto steps = static_cast<std::size_t>((profile.Length() + step - Duration(1)) / step);
  std::vector<double> load(steps);
  std::size_t next = 0;
  for (std::size_t k = 0; k < steps; ++k) {
    const Duration end = step * static_cast<std::int64_t>(k + 1);
    double sum = 0;
    const std::size_t first = next;
    for (; next < profile.points.size() && profile.points[next].at < end; ++next) {
      sum += profile.points[next].value;
    }
    load[k] = next > first ? sum / static_cast<double>(next - first) : load[k - 1];
  }
  return load;
}

// What is within 1e-9 of a whole number of hosts takes that number, as in Scaled().
std::int64_t HostsForLoad(double load, double capacity) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(load / capacity - 1e-9)));
}

}  // namespace

double Quantile(std::vector<double> values, double q) {
  const double rank = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), at, values.end());
  if (at + 1 == values.end()) return *at;
  const double above = *std::min_element(at + 1, values.end());
  return *at + (rank - static_cast<double>(below)) * (above - *at);
}

Course MakeCourse(const Trace& trace, const BacktestModel& model) {
  Course course;
  course.name = trace.name;
  course.step = model.step;
  const Duration first = trace.load.first_timestamp;
  course.start = first < kUnixTimeFrom ? kAMonday + first : Time(first);
  course.load = LoadBySteps(trace.load, model.step);
  course.capacity = model.capacity.value_or(Quantile(course.load, kCapacityQuantile) / model.hosts);
  if (!(course.capacity > 0)) {
    throw TraceError(trace.name + ": its load is nearly always zero: say what a host takes " +
                     "(--capacity)");
  }
  for (const double load : course.load) course.need.push_back(HostsForLoad(load, course.capacity));
  course.scored_from =
      std::min(static_cast<std::size_t>(kLongestWarmUp / model.step), course.size() / 4);
  course.unmeasured = Gaps(trace.load.points);
  return course;
}

}  // namespace spillway
