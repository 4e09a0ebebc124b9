// The points of one series in a ring of fixed memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "scaler/model/time.h"

namespace spillway {

struct Point {
  Time time;
  double value = 0;

  friend bool operator==(const Point&, const Point&) = default;
};

// Keeps the newest `capacity` points in the order of their times; a point that comes late is put
// where it belongs. When full, the oldest goes. A window that would reach further back than the
// ring covers only what the ring has.
class Series {
 public:
  // REQUIRES: capacity >= 1. All memory is taken here: BytesFor(capacity).
  explicit Series(std::size_t capacity);

  // False when the ring is full and `point` is older than everything in it.
  bool Add(Point point);
  void Clear();

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // The i-th oldest. REQUIRES: i < size().
  const Point& operator[](std::size_t i) const { return ring_[Slot(i)]; }
  const Point& newest() const { return (*this)[size_ - 1]; }
  // Index of the first point at `from` or later.
  std::size_t LowerBound(Time from) const;

  // What one series costs, itself and its ring, in bytes.
  static std::size_t BytesFor(std::size_t capacity) {
    return sizeof(Series) + capacity * sizeof(Point);
  }

 private:
  void Append(Point point);
  std::size_t Slot(std::size_t i) const {
    const std::size_t slot = start_ + i;
    return slot < ring_.size() ? slot : slot - ring_.size();
  }

  std::vector<Point> ring_;
  std::size_t start_ = 0;
  std::size_t size_ = 0;
};

}  // namespace spillway
