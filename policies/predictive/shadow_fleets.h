// Simulated fleets, one for each way to act on the forecasts, with the boot time of the real one:
// what would each have cost, and how often would it have been short? Demand does not depend on what
// we do, so each step tells the truth about all of them.
//
// A way to act is a price of shortage (newsvendor.h), a patience and a hold:
//   lower bound   the most that the price asked for in the last `hold` steps
//   upper bound   the same at a price 1, 2, 4, 8 or 16 times as high (the patience)
//   the fleet     stays as it is between the two, and else goes to the nearer one
// The bounds are those of lazy capacity provisioning (Lin, Wierman, Andrew, Thereska, "Dynamic
// right-sizing for power-proportional data centers", INFOCOM 2011): hosts are neither launched nor
// let go for what a coming step may take back.
//
// Hosts that boot are called off first and the youngest first; hence the hosts that are ready are
// the fewest that were wanted since the boot time before.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "policies/predictive/newsvendor.h"

namespace spillway::predictive {

inline constexpr std::array<std::size_t, 5> kPatience = {0, 2, 4, 6, 8};  // prices further up
inline constexpr std::size_t kHolds = 6;
inline constexpr std::size_t kFleets = kPatience.size() * kHolds * kPrices;

// A way to act, by the index of its fleet.
struct Manner {
  double price = 0;       // host-steps
  double patience = 1;    // factor of the price
  std::int64_t hold = 1;  // steps
};

class ShadowFleets {
 public:
  // `memory`: a step that lies so many steps back weighs half. `launch_price` in host-steps.
  ShadowFleets(std::int64_t boot_steps, double half_life, double launch_price);

  // A step begins: each fleet moves to what it wants now.
  void Want(const Wants& launch, const Wants& keep);
  // The step is over, and needed so many hosts.
  void Pass(std::int64_t need);
  // Another boot time. What was counted stays; fleets that boot are forgotten.
  void Retarget(std::int64_t boot_steps);

  Manner MannerOf(std::size_t fleet) const;
  std::int64_t WantedBy(std::size_t fleet) const { return wanted_[fleet]; }
  // Host-steps and short steps, decayed; of `weight()` steps.
  std::span<const float> cost() const { return cost_; }
  std::span<const float> shortage() const { return shortage_; }
  double weight() const { return weight_; }

  static void Fields(auto& self, auto& archive) {
    archive(self.boot_steps_, self.asked_, self.totals_, self.wanted_, self.step_, self.cost_,
            self.shortage_, self.weight_);
  }

 private:
  std::int64_t HoldSteps(std::size_t hold) const;
  std::array<Wants, kHolds> Held() const;

  const float decay_;
  const float launch_price_;
  std::int64_t boot_steps_;
  std::vector<std::int16_t> asked_;   // Wants of the last steps, round and round
  std::vector<std::int16_t> totals_;  // of each fleet in the last steps, round and round
  std::vector<std::int16_t> wanted_;  // of each fleet now
  std::int64_t step_ = 0;
  std::vector<float> cost_;
  std::vector<float> shortage_;
  double weight_ = 0;
};

}  // namespace spillway::predictive
