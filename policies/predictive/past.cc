#include "policies/predictive/past.h"

#include <algorithm>
#include <cmath>

namespace spillway::predictive {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr double kLeastDemand = 0.1;
constexpr Duration kDay = days(1);
constexpr Duration kHour = hours(1);

Average WithHalfLife(Duration half_life, Duration step) {
  return {static_cast<float>(1.0 - std::exp2(-Seconds(step) / Seconds(half_life)))};
}

// A new value's weight such that all values of a slot in one period together weigh `gain`.
float SlotWeight(double gain, Duration slot, Duration step) {
  return static_cast<float>(std::min(1.0, gain * Seconds(step) / Seconds(slot)));
}

// The slot of `slots` in which a time of the period lies.
std::size_t Slot(Time t, Duration period, std::size_t slots) {
  const std::int64_t at = t.time_since_epoch().count() % period.count();
  return static_cast<std::size_t>(at) * slots / static_cast<std::size_t>(period.count());
}

// A difference of levels as one of `cells` cells, finest around none.
std::size_t DifferenceCell(float difference, std::size_t cells) {
  const float magnitude = std::log1p(10.0F * std::abs(difference)) / 3.93F;  // 1 at a factor of 150
  const float at = 0.5F + 0.5F * std::copysign(std::min(magnitude, 0.999F), difference);
  return static_cast<std::size_t>(at * static_cast<float>(cells));
}

// The mean change per step as one of 32 cells, four for each doubling.
std::size_t JumpinessCell(float jumpiness) {
  const float at = (std::log2(jumpiness + 1e-6F) + 9.0F) * 4.0F;
  return static_cast<std::size_t>(std::clamp(at, 0.0F, 31.0F));
}

// How far above now a peak lies that is not long over, as one of 8 cells: what comes by the clock
// has come already, or is due.
std::size_t PeakCell(float above) {
  return std::min<std::size_t>(7, static_cast<std::size_t>(2.7F * std::log1p(10.0F * above)));
}

float Median(float a, float b, float c) {
  return std::max(std::min(a, b), std::min(std::max(a, b), c));
}

}  // namespace

Past::Past(Duration step)
    : step_(step),
      seconds_(WithHalfLife(minutes(1), step)),
      minutes_(WithHalfLife(minutes(5), step)),
      hour_(WithHalfLife(hours(1), step)),
      day_(WithHalfLife(days(1), step)),
      jumpiness_(WithHalfLife(minutes(5), step)),
      hourly_(hours(1), 120, SlotWeight(0.02, std::chrono::seconds(30), step)),
      daily_(days(1), 288, SlotWeight(0.35, minutes(5), step)),
      by_minute_(days(1), 1440, SlotWeight(0.35, minutes(1), step)),
      weekly_(days(7), 2016, SlotWeight(0.5, minutes(5), step)),
      levels_(static_cast<std::size_t>(Steps(days(1)) + 2)) {}

std::int64_t Past::Steps(Duration d) const { return std::max<std::int64_t>(1, d / step_); }

float Past::Back(std::int64_t steps) const {
  if (count_ == 0) return std::log(static_cast<float>(kLeastDemand));
  const auto size = static_cast<std::int64_t>(levels_.size());
  const std::int64_t at = count_ - 1 - std::min({steps, count_ - 1, size - 1});
  return levels_[static_cast<std::size_t>(at % size)];
}

float Past::Highest(std::int64_t steps) const {
  float highest = Back(0);
  for (std::int64_t i = 1; i < steps; ++i) highest = std::max(highest, Back(i));
  return highest;
}

float Past::Lowest(std::int64_t steps) const {
  float lowest = Back(0);
  for (std::int64_t i = 1; i < steps; ++i) lowest = std::min(lowest, Back(i));
  return lowest;
}

// A job that starts by the clock is not always on time: two minutes either way are the same one.
float Past::UsualPeak(Time t) const {
  float peak = by_minute_.At(t);
  for (const Duration off : {minutes(1), minutes(2)}) {
    peak = std::max({peak, by_minute_.At(t - off), by_minute_.At(t + off)});
  }
  return peak;
}

void Past::Add(Time t, double demand_hosts) {
  const auto level = static_cast<float>(std::log(std::max(demand_hosts, kLeastDemand)));
  jumpiness_.Add(count_ == 0 ? 0.0F : std::abs(level - Back(0)));
  for (Average* average : {&seconds_, &minutes_, &hour_, &day_}) average->Add(level);
  hourly_.Add(t, level - hour_.value);
  daily_.Add(t, level - day_.value);
  by_minute_.Add(t, level - day_.value);
  weekly_.Add(t, level - day_.value);
  levels_[static_cast<std::size_t>(count_) % levels_.size()] = level;
  ++count_;
}

void Past::Skip() {
  levels_[static_cast<std::size_t>(count_) % levels_.size()] = Back(0);
  ++count_;
}

Situation Past::Look(Time t, std::int64_t horizon) const {
  const Time then = t + step_ * horizon;
  const float level = Back(0);
  const float median = Median(level, Back(1), Back(2));
  const float high_5m = Highest(Steps(minutes(5)));
  const float high_30m = Highest(Steps(minutes(30)));
  const float by_day = daily_.At(then) - daily_.At(t);
  const float by_week = weekly_.At(then) - weekly_.At(t);
  const float by_hour = hourly_.At(then) - hourly_.At(t);
  const float usual = day_.value + daily_.At(then);
  const float usual_peak = day_.value + UsualPeak(then);
  const std::int64_t day = Steps(kDay);

  Situation now;
  now.anchors = {level,
                 minutes_.value,
                 level + by_day,
                 level + by_week,
                 high_5m,
                 usual,
                 day_.value + by_minute_.At(then)};
  now.base = median;
  now.features = {1.0F,
                  minutes_.value - median,
                  hour_.value - median,
                  day_.value - median,
                  by_day,
                  by_week,
                  usual - median,
                  day_.value + weekly_.At(then) - median,
                  high_5m - median,
                  high_30m - median,
                  jumpiness_.value,
                  by_hour,
                  hour_.value + hourly_.At(then) - median,
                  seconds_.value - median,
                  Back(day - horizon) - Back(day),
                  Back(Steps(minutes(5))) - Back(Steps(minutes(10))),
                  level - median,
                  Lowest(Steps(minutes(5))) - median,
                  by_minute_.At(then) - by_minute_.At(t),
                  usual_peak - median};
  for (float& x : now.features) x = std::clamp(x, -1.5F, 1.5F);

  const std::size_t jumps = JumpinessCell(jumpiness_.value);
  const std::size_t off_hour = DifferenceCell(level - hour_.value, 32);
  const std::size_t off_minutes = DifferenceCell(level - minutes_.value, 32);
  const std::size_t peak = PeakCell(high_30m - level);
  const std::size_t minute = Slot(then, kHour, 60);
  const std::size_t due = DifferenceCell(usual_peak - level, 32);
  const auto cell = [](std::size_t c) { return static_cast<std::uint16_t>(c); };
  now.conditions = {
      cell(jumps),
      cell(Slot(then, kDay, 144)),
      cell(jumps / 4 * 8 + off_hour / 4),
      cell(minute * 6 + Slot(then, kDay, 6)),
      cell(minute * 8 + peak),
      cell(off_minutes / 2 * 16 + off_hour / 2),
      cell(DifferenceCell(level - Back(1), 16) * 16 + DifferenceCell(Back(1) - Back(3), 16)),
      cell(due / 2 * 16 + off_hour / 2)};
  now.gates = {0,
               cell(off_hour / 2),
               cell(minute / 5),
               cell(jumps / 4),
               cell(minute),
               cell(Slot(then, kDay, 24)),
               cell(off_minutes / 2),
               cell(jumps / 4 * 8 + peak),
               cell(due / 4 * 8 + jumps / 4)};
  return now;
}

}  // namespace spillway::predictive
