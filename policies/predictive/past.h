// The load up to now, and the situation that it is in: what forecasts start from.
//
// All levels are natural logarithms of the demand in hosts, so that differences are ratios. Demand
// below a tenth of a host counts as a tenth: one host serves it in any case.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "policies/predictive/profile.h"
#include "scaler/model/time.h"

namespace spillway::predictive {

// A mean with exponentially falling weights.
struct Average {
  float weight = 1;  // of a new value
  float value = 0;
  bool is_empty = true;

  void Add(float x) {
    value = is_empty ? x : value + weight * (x - value);
    is_empty = false;
  }
  static void Fields(auto& self, auto& archive) { archive(self.value, self.is_empty); }
};

// Points from which the demand some steps ahead is told by a ratio: the last value; the mean of
// some minutes; the last value, moved as the day or the week moves; the highest of five minutes;
// the usual level of the time of day, by slots of five minutes and of one. What a regression says
// comes on top (demand_forecast.h).
inline constexpr std::size_t kAnchors = 7;
// Conditions of which the ratio's distribution depends, each a table of cells.
inline constexpr std::array<std::size_t, 8> kConditionCells = {32,  144, 64,  360,
                                                               480, 256, 256, 256};
// Situations by which forecasts are weighed differently.
inline constexpr std::array<std::size_t, 9> kGateCells = {1, 16, 12, 8, 60, 24, 16, 64, 64};
inline constexpr std::size_t kFeatures = 20;

struct Situation {
  std::array<float, kAnchors> anchors{};
  std::array<std::uint16_t, kConditionCells.size()> conditions{};
  std::array<std::uint16_t, kGateCells.size()> gates{};
  std::array<float, kFeatures> features{};  // of a regression of the demand relative to `base`
  float base = 0;  // the median of three, which a single broken value does not touch
};

class Past {
 public:
  explicit Past(Duration step);

  // The demand in the step that begins at `t`, one step after the last one.
  void Add(Time t, double demand_hosts);
  // A step whose demand nobody knows. Not before the first Add.
  void Skip();

  // The last value.
  float level() const { return Back(0); }
  // Forecasts of the step `horizon` steps after the last one, which began at `t`.
  Situation Look(Time t, std::int64_t horizon) const;

  static void Fields(auto& self, auto& archive) {
    archive(self.seconds_, self.minutes_, self.hour_, self.day_, self.jumpiness_, self.hourly_,
            self.daily_, self.by_minute_, self.weekly_, self.levels_, self.count_);
  }

 private:
  // The level `steps` ago; the oldest one known when that is too far.
  float Back(std::int64_t steps) const;
  float Highest(std::int64_t steps) const;
  float Lowest(std::int64_t steps) const;
  // The highest usual level around `t`, relative to the day's mean.
  float UsualPeak(Time t) const;
  std::int64_t Steps(Duration d) const;

  const Duration step_;
  Average seconds_;
  Average minutes_;
  Average hour_;
  Average day_;
  Average jumpiness_;          // of the change from step to step
  Profile hourly_;             // relative to the hour's mean
  Profile daily_;              // relative to the day's mean
  Profile by_minute_;          // of the day, relative to its mean: jobs start by the minute
  Profile weekly_;             // relative to the day's mean
  std::vector<float> levels_;  // of a day and a bit, round and round
  std::int64_t count_ = 0;
};

}  // namespace spillway::predictive
