#include "policies/latency/queueing.h"

#include <algorithm>

namespace spillway {

double CapacityFactor(double seen, double aim, double unloaded, std::optional<double> utilisation) {
  const double waiting = std::max(seen - unloaded, 0.0);
  const double allowed = aim - unloaded;
  double busy = 0;
  double planned = kHighestUtilisation;
  if (utilisation) {
    constexpr double kSaturated = 0.99;  // beyond, u / (1 - u) would be noise
    busy = std::min(*utilisation, kSaturated);
    const double ratio = waiting > 0 ? allowed / waiting * busy / (1 - busy) : 0;
    if (waiting > 0) planned = std::min(planned, ratio / (1 + ratio));
  } else {
    busy = seen > 0 ? waiting / seen : 0;
    planned = std::min(planned, allowed / aim);
  }
  // Without load there is nothing to divide, and nothing to wait for.
  return busy > 0 ? busy / planned : 0;
}

}  // namespace spillway
