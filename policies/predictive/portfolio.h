// Which of the shadow fleets to follow so that the budget of violations is kept at least cost.
//
// The cost of each, plus a penalty for being short more often than what may be spent now; that is
// the budget, more while little was used of late and less while too much was. The account of it is
// bounded on both sides: what was saved long ago does not buy an outage, and the debts of a start
// in which nothing was known are not paid off for weeks.
#pragma once

#include <cstddef>

#include "policies/predictive/shadow_fleets.h"

namespace spillway::predictive {

class Portfolio {
 public:
  // `budget`: the share of steps that may be short, above 0.
  // Begins in debt: trust in the forecasts is earned first.
  Portfolio(double budget, double steps_a_day);

  // A step of the real fleet is over.
  void Pass(bool was_short);
  // Looks for the best fleet to follow.
  void Choose(const ShadowFleets& fleets);

  std::size_t followed() const { return followed_; }
  // The share of steps that may be short now.
  double allowed() const;
  // So deep in debt that nothing may be risked.
  bool is_exhausted() const;
  // The share of steps that the real fleet was short of late.
  double short_share() const { return weight_ > 0 ? short_ / weight_ : 0; }

  static void Fields(auto& self, auto& archive) {
    archive(self.account_, self.followed_, self.short_, self.weight_);
  }

 private:
  const double budget_;
  const double steps_a_day_;
  double account_;  // unspent budget, in days of it
  std::uint64_t followed_ = 0;
  double short_ = 0;  // decayed steps that were short, of `weight_`
  double weight_ = 0;
};

}  // namespace spillway::predictive
