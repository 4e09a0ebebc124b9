// Points in, one number out: the window functions, and the ways to combine numbers.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "scaler/model/signal.h"
#include "scaler/observe/series.h"

namespace spillway {

// Reduces points by one function. Keeps running figures, so that only a quantile needs memory,
// which it keeps from window to window.
class Reducer {
 public:
  Reducer(WindowFunction function, double quantile) : function_(function), quantile_(quantile) {}

  // In the order of times for kRate and kLast; in any order for the others.
  void Add(const Point& point);
  // Nothing when there were too few points. May be infinite or NaN. Starts anew.
  std::optional<double> Take();

  std::size_t size() const { return size_; }

 private:
  void AddToRate(const Point& point);
  void AddToSlope(const Point& point);
  std::optional<double> Value();

  const WindowFunction function_;
  const double quantile_;
  std::size_t size_ = 0;
  Point first_;
  Point last_;
  double figure_ = 0;           // the sum, least, greatest or increase so far
  double mean_time_ = 0;        // kSlope: seconds since the first point
  double mean_value_ = 0;       // kSlope
  double time_square_ = 0;      // kSlope: sum of squared deviations of the times
  double time_value_ = 0;       // kSlope: sum of products of deviations
  std::vector<double> values_;  // kQuantile
};

// The `q`-quantile, linear between the closest ranks; the order of `values` is lost.
// REQUIRES: not empty, 0 <= q <= 1.
double Quantile(std::span<double> values, double q);

// `values` as one number; the order of `values` may be lost. REQUIRES: not empty, not kPool.
double CombineValues(Combine combine, double quantile, std::span<double> values);

}  // namespace spillway
