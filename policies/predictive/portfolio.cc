#include "policies/predictive/portfolio.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spillway::predictive {
namespace {

// In days' worth of the budget. As long as the fleets' costs are remembered (learner.cc), so that
// what was saved or overspent is made up for among fleets that were judged in the same days.
constexpr double kMostSaved = 4;
// An account of so much doubles what may be spent.
constexpr double kDoubling = 4;
// What is deeper is forgiven, and lost to the budget: a bad morning, not a bad week. Of a single
// day's worth too much was forgiven where one outage takes half of it.
constexpr double kDeepestDebt = 1.5;
constexpr double kLeastAllowed = 0.1;
constexpr double kMostAllowed = 3;
// A whole budget too much costs twice what the fleet does: dearer than any saving.
constexpr double kPenalty = 2;
constexpr double kShortHalfLifeDays = 4;

}  // namespace

Portfolio::Portfolio(double budget, double steps_a_day)
    : budget_(budget), steps_a_day_(steps_a_day), account_(-kDeepestDebt) {}

void Portfolio::Pass(bool was_short) {
  const double spent = was_short ? 1.0 : 0.0;
  account_ =
      std::clamp(account_ + (budget_ - spent) / budget_ / steps_a_day_, -kDeepestDebt, kMostSaved);
  const double decay = std::exp2(-1.0 / (kShortHalfLifeDays * steps_a_day_));
  short_ = short_ * decay + spent;
  weight_ = weight_ * decay + 1;
}

double Portfolio::allowed() const {
  return budget_ * std::clamp(1 + account_ / kDoubling, kLeastAllowed, kMostAllowed);
}

bool Portfolio::is_exhausted() const { return account_ <= -kDeepestDebt; }

void Portfolio::Choose(const ShadowFleets& fleets) {
  const auto cost = fleets.cost();
  const auto shortage = fleets.shortage();
  const double by_weight = 1.0 / std::max(fleets.weight(), 1.0);
  const double may = allowed();
  // What a fleet within the budget costs; without any, the one that is short least.
  double usual = std::numeric_limits<double>::infinity();
  for (std::size_t f = 0; f < kFleets; ++f) {
    if (shortage[f] * by_weight <= may) usual = std::min<double>(usual, cost[f]);
  }
  if (std::isinf(usual)) {
    usual = cost[static_cast<std::size_t>(std::min_element(shortage.begin(), shortage.end()) -
                                          shortage.begin())];
  }
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t f = 0; f < kFleets; ++f) {
    const double over = std::max(0.0, shortage[f] * by_weight - may) / budget_;
    const double total = cost[f] + usual * kPenalty * over;
    if (total < least) {
      least = total;
      followed_ = f;
    }
  }
}

}  // namespace spillway::predictive
