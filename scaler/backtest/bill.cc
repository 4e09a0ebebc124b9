#include "scaler/backtest/bill.h"

#include <algorithm>

namespace spillway {

void Bill::Add(Duration from, Duration until, double hosts) {
  until = std::min(until, step_ * static_cast<std::int64_t>(part_.size()));
  if (from >= until) return;
  const std::size_t first = StepOf(from + step_ - Duration(1));  // that begins within
  const std::size_t end = StepOf(until);
  if (first > end) {
    part_[end] += hosts * Seconds(until - from);
    return;
  }
  const Duration head = step_ * static_cast<std::int64_t>(first) - from;
  const Duration tail = until - step_ * static_cast<std::int64_t>(end);
  if (head > Duration(0)) part_[first - 1] += hosts * Seconds(head);
  if (tail > Duration(0)) part_[end] += hosts * Seconds(tail);
  whole_[first] += hosts;
  whole_[end] -= hosts;
}

std::vector<double> Bill::BySteps() const {
  std::vector<double> paid = part_;
  double hosts = 0;
  for (std::size_t k = 0; k < paid.size(); ++k) {
    hosts += whole_[k];
    paid[k] += hosts * Seconds(step_);
  }
  return paid;
}

}  // namespace spillway
