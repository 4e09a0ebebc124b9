#include "scaler/backtest/fleet_model.h"

#include <algorithm>

namespace spillway {
namespace {

// As in plan/victims.cc.
constexpr Duration kPaidGrain = std::chrono::minutes(10);

}  // namespace

void FleetModel::Want(std::int64_t wanted) {
  given_back_.clear();
  std::int64_t surplus = usable() - wanted;
  if (surplus < 0) {
    cohorts_.push_back({0, -surplus});
    launches_ -= surplus;
  }
  while (surplus > 0) {
    const auto victims = Victims();
    const Cohort gone{victims->age, std::min(surplus, victims->hosts)};
    given_back_.push_back(gone);
    paid_by_gone_ += Seconds(PaidTime(spec_.billing, Used(gone))) * static_cast<double>(gone.hosts);
    surplus -= gone.hosts;
    victims->hosts -= gone.hosts;
    if (victims->hosts == 0) cohorts_.erase(victims);
  }
}

void FleetModel::Pass() {
  for (Cohort& cohort : cohorts_) ++cohort.age;
}

std::int64_t FleetModel::ready() const {
  std::int64_t ready = 0;
  for (const Cohort& cohort : cohorts_) ready += IsReady(cohort) ? cohort.hosts : 0;
  return ready;
}

std::int64_t FleetModel::usable() const {
  std::int64_t usable = 0;
  for (const Cohort& cohort : cohorts_) usable += cohort.hosts;
  return usable;
}

std::vector<Cohort>::iterator FleetModel::Victims() {
  const auto youngest = std::prev(cohorts_.end());
  if (!IsReady(*youngest)) return youngest;
  const auto paid_left = [this](const Cohort& cohort) {
    return (PaidTime(spec_.billing, Used(cohort)) - Used(cohort)) / kPaidGrain;
  };
  // Of equal ones the last, which is the youngest.
  auto least = cohorts_.begin();
  for (auto it = cohorts_.begin(); it != cohorts_.end(); ++it) {
    if (paid_left(*it) <= paid_left(*least)) least = it;
  }
  return least;
}

double FleetModel::paid_seconds() const {
  double paid = paid_by_gone_;
  for (const Cohort& cohort : cohorts_) {
    paid += Seconds(Used(cohort)) * static_cast<double>(cohort.hosts);
  }
  return paid;
}

}  // namespace spillway
