#include "bus/adapters/statsd/value_sketch.h"

#include <algorithm>
#include <cmath>

namespace spillway::adapters {
namespace {

constexpr double kGrowth = 1.02;  // one percent to either side of the middle
constexpr double kLeast = 1e-9;
constexpr double kMost = 1e15;  // further ones share a bucket, so that there is an end of buckets

// 0: zero; the further from it, the further the value is.
int BucketOf(double value) {
  const double size = std::min(std::abs(value), kMost);
  if (size < kLeast) return 0;
  const int bucket = 1 + static_cast<int>(std::log(size / kLeast) / std::log(kGrowth));
  return value < 0 ? -bucket : bucket;
}

double MiddleOf(int bucket) {
  if (bucket == 0) return 0;
  const double size = kLeast * std::pow(kGrowth, std::abs(bucket) - 0.5);
  return bucket < 0 ? -size : size;
}

}  // namespace

void ValueSketch::Add(double value, double weight) {
  min_ = empty() ? value : std::min(min_, value);
  max_ = empty() ? value : std::max(max_, value);
  buckets_[BucketOf(value)] += weight;
  count_ += weight;
  sum_ += value * weight;
}

double ValueSketch::Quantile(double q) const {
  double below = 0;
  for (const auto& [bucket, weight] : buckets_) {
    below += weight;
    if (below >= q * count_) return std::clamp(MiddleOf(bucket), min_, max_);
  }
  return max_;  // by rounding
}

}  // namespace spillway::adapters
