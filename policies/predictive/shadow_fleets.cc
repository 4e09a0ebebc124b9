#include "policies/predictive/shadow_fleets.h"

#include <algorithm>
#include <cmath>

namespace spillway::predictive {
namespace {

constexpr std::size_t kPerPatience = kHolds * kPrices;

std::size_t Row(std::int64_t step, std::int64_t rows) {
  return static_cast<std::size_t>(step % rows);
}

}  // namespace

ShadowFleets::ShadowFleets(std::int64_t boot_steps, double half_life, double launch_price)
    : decay_(static_cast<float>(std::exp2(-1.0 / half_life))),
      launch_price_(static_cast<float>(launch_price)),
      boot_steps_(boot_steps),
      cost_(kFleets),
      shortage_(kFleets) {
  Retarget(boot_steps);
}

void ShadowFleets::Retarget(std::int64_t boot_steps) {
  boot_steps_ = boot_steps;
  const std::vector<std::int16_t> wanted =
      wanted_.empty() ? std::vector<std::int16_t>(kFleets, 1) : wanted_;
  asked_.assign(static_cast<std::size_t>(HoldSteps(kHolds - 1)) * kPrices, 1);
  totals_.clear();
  for (std::int64_t row = 0; row <= boot_steps_; ++row) {
    totals_.insert(totals_.end(), wanted.begin(), wanted.end());
  }
  wanted_ = wanted;
  step_ = 0;
}

// 1 step, then from half the boot time to eight times as long: a lull that is shorter than a boot
// costs less than the launches after it.
std::int64_t ShadowFleets::HoldSteps(std::size_t hold) const {
  if (hold == 0) return 1;
  const std::int64_t steps = (boot_steps_ << hold) / 4;
  return std::max(steps, static_cast<std::int64_t>(hold) + 1);
}

Manner ShadowFleets::MannerOf(std::size_t fleet) const {
  return {PriceOf(fleet % kPrices),
          std::exp2(0.5 * static_cast<double>(kPatience[fleet / kPerPatience])),
          HoldSteps(fleet / kPrices % kHolds)};
}

// The most of the last steps, for each hold and price.
std::array<Wants, kHolds> ShadowFleets::Held() const {
  const std::int64_t rows = HoldSteps(kHolds - 1);
  std::array<Wants, kHolds> held;
  Wants most;
  most.fill(0);
  std::int64_t back = 0;
  for (std::size_t h = 0; h < kHolds; ++h) {
    for (; back < std::min(HoldSteps(h), step_ + 1); ++back) {
      const std::int16_t* asked = &asked_[Row(step_ - back, rows) * kPrices];
      for (std::size_t p = 0; p < kPrices; ++p) most[p] = std::max(most[p], asked[p]);
    }
    held[h] = most;
  }
  return held;
}

void ShadowFleets::Want(const Wants& launch, const Wants& keep) {
  std::copy(
      launch.begin(), launch.end(),
      asked_.begin() + static_cast<std::ptrdiff_t>(Row(step_, HoldSteps(kHolds - 1)) * kPrices));
  const std::array<Wants, kHolds> held = Held();
  std::int16_t* total = &totals_[Row(step_, boot_steps_ + 1) * kFleets];
  for (std::size_t f = 0; f < kFleets; f += kPrices) {
    const Wants& lower = held[f / kPrices % kHolds];
    const Wants upper = Larger(lower, keep);
    for (std::size_t p = 0; p < kPrices; ++p) {
      const std::size_t dearer = std::min(p + kPatience[f / kPerPatience], kPrices - 1);
      const std::int16_t before = wanted_[f + p];
      const std::int16_t now = std::max(lower[p], std::min(upper[dearer], before));
      const auto launched = static_cast<float>(std::max(now - before, 0));
      cost_[f + p] = cost_[f + p] * decay_ + now + launch_price_ * launched;
      total[f + p] = wanted_[f + p] = now;
    }
  }
}

void ShadowFleets::Pass(std::int64_t need) {
  std::array<std::int16_t, kFleets> ready;
  std::copy_n(totals_.begin(), kFleets, ready.begin());
  for (std::int64_t row = 1; row <= boot_steps_; ++row) {
    const std::int16_t* total = &totals_[static_cast<std::size_t>(row) * kFleets];
    for (std::size_t f = 0; f < kFleets; ++f) ready[f] = std::min(ready[f], total[f]);
  }
  const auto needed = static_cast<std::int16_t>(std::min<std::int64_t>(need, 32'000));
  for (std::size_t f = 0; f < kFleets; ++f) {
    shortage_[f] = shortage_[f] * decay_ + (ready[f] < needed ? 1.0F : 0.0F);
  }
  weight_ = weight_ * decay_ + 1;
  ++step_;
}

}  // namespace spillway::predictive
