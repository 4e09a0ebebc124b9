// When the paid time of hosts fell: host-seconds by step.
#pragma once

#include <cstddef>
#include <vector>

#include "scaler/model/time.h"

namespace spillway {

class Bill {
 public:
  Bill(std::size_t steps, Duration step) : step_(step), whole_(steps + 1), part_(steps) {}

  // `hosts` were paid for from `from` until `until`, both since the beginning. What lies after the
  // last step is left out.
  void Add(Duration from, Duration until, double hosts = 1);

  std::vector<double> BySteps() const;

 private:
  std::size_t StepOf(Duration t) const { return static_cast<std::size_t>(t / step_); }

  const Duration step_;
  std::vector<double> whole_;  // change of the hosts that are paid for the whole step
  std::vector<double> part_;   // host-seconds of those that are not
};

}  // namespace spillway
