#include "bus/adapters/otlp/histogram_quantile.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace spillway::adapters {

bool CountedBuckets::is_sound() const {
  const bool do_rise =
      std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>()) == bounds.end();
  const bool are_finite =
      std::all_of(bounds.begin(), bounds.end(), [](double bound) { return std::isfinite(bound); });
  return do_rise && are_finite && counts.size() == bounds.size() + 1;
}

double CountedBuckets::total() const { return std::accumulate(counts.begin(), counts.end(), 0.0); }

double QuantileOf(const CountedBuckets& buckets, double q) {
  const auto& [counts, bounds] = buckets;
  const double rank = q * buckets.total();
  double below = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const auto count = static_cast<double>(counts[i]);
    if (count > 0 && below + count >= rank) {
      const double lower = i > 0 ? bounds[i - 1] : std::min(0.0, bounds[0]);
      return lower + (bounds[i] - lower) * (rank - below) / count;
    }
    below += count;
  }
  return bounds.back();
}

}  // namespace spillway::adapters
