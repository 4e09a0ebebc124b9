// Quantiles of many values in little memory: values are counted in buckets whose borders grow by a
// constant factor, so that a quantile is known to within one percent of itself.
// Source: Masson, Rim, Lee, "DDSketch", VLDB 2019.
#pragma once

#include <map>

namespace spillway::adapters {

class ValueSketch {
 public:
  // Counts `value` as often as `weight` says. REQUIRES: finite, weight > 0.
  void Add(double value, double weight);
  bool empty() const { return count_ == 0; }
  double count() const { return count_; }
  // REQUIRES: not empty.
  double mean() const { return sum_ / count_; }
  double max() const { return max_; }
  // The least value that a share of `q` (0 to 1) of all are not above, within one percent; what is
  // nearer to zero than 1e-9 is zero. REQUIRES: not empty.
  double Quantile(double q) const;

 private:
  std::map<int, double> buckets_;  // by the logarithm of the value, with its sign -> weight
  double count_ = 0;
  double sum_ = 0;
  double min_ = 0;
  double max_ = 0;
};

}  // namespace spillway::adapters
