#include "scaler/observe/reducer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spillway {

void Reducer::Add(const Point& point) {
  if (size_ == 0) first_ = point;
  switch (function_) {
    case WindowFunction::kLast: break;
    case WindowFunction::kMean:
    case WindowFunction::kSum: figure_ += point.value; break;
    case WindowFunction::kMin:
      figure_ = size_ == 0 ? point.value : std::min(figure_, point.value);
      break;
    case WindowFunction::kMax:
      figure_ = size_ == 0 ? point.value : std::max(figure_, point.value);
      break;
    case WindowFunction::kQuantile: values_.push_back(point.value); break;
    case WindowFunction::kRate: AddToRate(point); break;
    case WindowFunction::kSlope: AddToSlope(point); break;
  }
  last_ = point;
  ++size_;
}

void Reducer::AddToRate(const Point& point) {
  if (size_ == 0) return;
  const bool restarted = point.value < last_.value;
  figure_ += restarted ? point.value : point.value - last_.value;
}

// Deviations from running means: sums of squared epoch times would lose every digit.
void Reducer::AddToSlope(const Point& point) {
  const double time = Seconds(point.time - first_.time);
  const double n = static_cast<double>(size_ + 1);
  const double time_off = time - mean_time_;
  mean_time_ += time_off / n;
  mean_value_ += (point.value - mean_value_) / n;
  time_square_ += time_off * (time - mean_time_);
  time_value_ += time_off * (point.value - mean_value_);
}

std::optional<double> Reducer::Take() {
  const std::optional<double> value = Value();
  size_ = 0;
  figure_ = mean_time_ = mean_value_ = time_square_ = time_value_ = 0;
  values_.clear();
  return value;
}

std::optional<double> Reducer::Value() {
  if (size_ == 0) return std::nullopt;
  switch (function_) {
    case WindowFunction::kLast: return last_.value;
    case WindowFunction::kMean: return figure_ / static_cast<double>(size_);
    case WindowFunction::kMin:
    case WindowFunction::kMax:
    case WindowFunction::kSum: return figure_;
    case WindowFunction::kQuantile: return Quantile(values_, quantile_);
    case WindowFunction::kRate:
      if (last_.time <= first_.time) return std::nullopt;
      return figure_ / Seconds(last_.time - first_.time);
    case WindowFunction::kSlope:
      if (time_square_ <= 0) return std::nullopt;
      return time_value_ / time_square_;
  }
  return std::nullopt;
}

double Quantile(std::span<double> values, double q) {
  const double rank = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), nth, values.end());
  const double part = rank - static_cast<double>(below);
  if (part <= 0) return *nth;
  return *nth + part * (*std::min_element(nth + 1, values.end()) - *nth);
}

double CombineValues(Combine combine, double quantile, std::span<double> values) {
  const auto sum = [&] { return std::accumulate(values.begin(), values.end(), 0.0); };
  switch (combine) {
    case Combine::kMean: return sum() / static_cast<double>(values.size());
    case Combine::kSum: return sum();
    case Combine::kMin: return *std::min_element(values.begin(), values.end());
    case Combine::kMax: return *std::max_element(values.begin(), values.end());
    case Combine::kQuantile: return Quantile(values, quantile);
    case Combine::kPool: break;
  }
  return std::nan("");
}

}  // namespace spillway
