#include "scaler/observe/series.h"

#include <algorithm>

namespace spillway {

Series::Series(std::size_t capacity) : ring_(capacity) {}

bool Series::Add(Point point) {
  if (size_ == 0 || point.time >= newest().time) {
    Append(point);
    return true;
  }
  if (size_ == ring_.size()) {
    if (point.time < (*this)[0].time) return false;
    start_ = Slot(1);
    --size_;
  }
  // Late points are late by little: shifting the newer ones moves few.
  std::size_t i = size_++;
  for (; i > 0 && point.time < (*this)[i - 1].time; --i) ring_[Slot(i)] = ring_[Slot(i - 1)];
  ring_[Slot(i)] = point;
  return true;
}

void Series::Append(Point point) {
  if (size_ < ring_.size()) {
    ring_[Slot(size_++)] = point;
    return;
  }
  ring_[start_] = point;
  start_ = Slot(1);
}

void Series::Clear() {
  start_ = 0;
  size_ = 0;
}

std::size_t Series::LowerBound(Time from) const {
  std::size_t low = 0;
  std::size_t high = size_;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if ((*this)[middle].time < from) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace spillway
