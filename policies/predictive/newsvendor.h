// How many hosts are worth it when a step with too few costs so and so much.
//
// The newsvendor's question with a price of shortage instead of a quantile: the fleet m for which
// m + price × P(need > m) is least. A fixed quantile would be met in every situation alike; a
// price buys safety where safety is cheap and saves it where it is dear, which is what the optimum
// under a bounded share of violations does (Lagrange).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "policies/predictive/demand_forecast.h"

namespace spillway::predictive {

// Prices of a step with a shortage, in host-steps: 2 to 4096 by factors of √2. Below 2 a shortage
// is cheaper than the second host; above 4096 chances are not known well enough to matter.
inline constexpr std::size_t kPrices = 23;
double PriceOf(std::size_t index);

using Wants = std::array<std::int16_t, kPrices>;  // hosts, at each price

Wants WantsOf(const Curve& curve);

// Of two: the larger, price by price.
Wants Larger(const Wants& a, const Wants& b);

}  // namespace spillway::predictive
