// Quantiles of a histogram with bounds of its own.
#pragma once

#include <cstdint>
#include <vector>

namespace spillway::adapters {

// Values that were counted by the bucket they fell into: one count for each bound, of what is not
// above it but above the one before, and one for what is above all.
struct CountedBuckets {
  std::vector<std::uint64_t> counts;
  std::vector<double> bounds;

  // Whether the bounds rise, are finite, and are one fewer than the counts.
  bool is_sound() const;
  double total() const;
};

// The value that a share of `q` (0 to 1) of all are not above, where those of a bucket are taken to
// lie evenly in it; the first begins at zero unless it ends below, the last is its lower bound.
// Source: prometheus.io, "Query functions", histogram_quantile.
// REQUIRES: is_sound(), with a bound, and a total above zero.
double QuantileOf(const CountedBuckets& buckets, double q);

}  // namespace spillway::adapters
