#include "scaler/backtest/elasticity.h"

#include <algorithm>
#include <cstddef>

namespace spillway {
namespace {

int Sign(std::int64_t x) { return (x > 0) - (x < 0); }

}  // namespace

Elasticity MeasureElasticity(std::span<const std::int64_t> demand,
                             std::span<const std::int32_t> supply, Duration step) {
  Elasticity sums;
  if (demand.empty()) return sums;
  for (std::size_t k = 0; k < demand.size(); ++k) {
    const std::int64_t over = supply[k] - demand[k];
    const double share = static_cast<double>(over) / static_cast<double>(demand[k]);
    sums.theta_u += std::max(-share, 0.0);
    sums.theta_o += std::max(share, 0.0);
    sums.tau_u += over < 0 ? 1 : 0;
    sums.tau_o += over > 0 ? 1 : 0;
    if (k == 0) continue;
    const int supply_moved = Sign(supply[k] - supply[k - 1]);
    const int demand_moved = Sign(demand[k] - demand[k - 1]);
    sums.instability += supply_moved != demand_moved ? 1 : 0;
    sums.jitter_per_hour += (supply_moved != 0 ? 1 : 0) - (demand_moved != 0 ? 1 : 0);
  }
  const auto steps = static_cast<double>(demand.size());
  const double moves = std::max(steps - 1, 1.0);
  return {100 * sums.theta_u / steps,     100 * sums.theta_o / steps,
          100 * sums.tau_u / steps,       100 * sums.tau_o / steps,
          100 * sums.instability / moves, sums.jitter_per_hour / (steps * Hours(step))};
}

}  // namespace spillway
