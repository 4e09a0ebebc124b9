#include "policies/predictive/newsvendor.h"

#include <algorithm>
#include <cmath>

#include "policies/predictive/levels.h"

namespace spillway::predictive {
namespace {

std::array<float, kPrices> MakePrices() {
  std::array<float, kPrices> prices;
  for (std::size_t p = 0; p < kPrices; ++p) prices[p] = static_cast<float>(PriceOf(p));
  return prices;
}

}  // namespace

double PriceOf(std::size_t index) { return 2.0 * std::exp2(0.5 * static_cast<double>(index)); }

Wants WantsOf(const Curve& curve) {
  static const std::array<float, kPrices> prices = MakePrices();
  Wants wants;
  // Giving up is a candidate too: one host, and the shortage is sure.
  wants.fill(1);
  std::array<float, kPrices> least;
  for (std::size_t p = 0; p < kPrices; ++p) least[p] = 1.0F + prices[p];
  for (std::size_t i = 0; i < curve.exceeded.size(); ++i) {
    const std::int16_t hosts = Levels()[curve.first + i];
    for (std::size_t p = 0; p < kPrices; ++p) {
      const float cost = static_cast<float>(hosts) + prices[p] * curve.exceeded[i];
      const bool is_less = cost < least[p];
      least[p] = is_less ? cost : least[p];
      wants[p] = is_less ? hosts : wants[p];
    }
  }
  return wants;
}

Wants Larger(const Wants& a, const Wants& b) {
  Wants larger;
  for (std::size_t p = 0; p < kPrices; ++p) larger[p] = std::max(a[p], b[p]);
  return larger;
}

}  // namespace spillway::predictive
