// Capacity for guests that wait for a place, so that exactly they fit: by packing them into hosts,
// vCPU and memory at once, not by averages.
//
//   - name: waiting
//     type: waiting_guests
//     metric: waiting_guests          # one sample for each guest, see below; default: what the
//                                     # cluster's manager says (OpenNebula: PENDING machines)
//     max_age: 2m                     # a list older than that tells nothing; default
//     reserve: {vcpu: 0, memory: 1GiB}  # of each host, that guests never get; default: nothing
//     settle: 2m                      # that the manager takes to use a new host; default
//     on_unknown: hold
//
// A metric that lists guests has one series each, with the labels `guest`, `vcpu` ("2", "0.5"),
// `memory_mib` and, when it matters, `hypervisor`. While its value is above 0 the guest waits.
//
// What is bought for: guests that wait because no host has room, and that hosts of this cluster
// would hold. Never: one that waits for anything else, whose requirements rule this cluster out,
// that needs another hypervisor, or that fits on no machine that can be had. These are named in
// the reason, with why.
//
// They are packed first into what is on its way, and into hosts that became ready less than
// `settle` ago: the manager may not have tried those yet. Of older hosts the manager's word counts:
// it has no room there. What is left is packed into hosts of one size (packing.h): the cluster's
// host size, or the size of an offer, whichever holds all of it with the least capacity. The
// recommendation asks for that capacity in pieces of that size, so that the plan does not take
// machines on which the guests would not fit.
//
// A guest that still waits after hosts have come for it three times is not bought for again for an
// hour: it waits for something that the manager does not say.
//
// While guests wait what is usable is held. When none waits (or none that hosts would help) it
// abstains: which hosts go is for others to say, and for the plan, which gives back none whose
// guests do not fit elsewhere.
//
// A guest that may run in several clusters is bought for in each that has this policy: let its
// requirements name one.
//
// Reason codes: waiting_buy, waiting_hold (it fits on what is coming), waiting_none,
// waiting_not_helped (hosts would not help those that wait), waiting_unknown.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "policies/policy.h"
#include "policies/unknown.h"
#include "policies/waiting_guests/packing.h"

namespace spillway {

struct WaitingGuestsConfig {
  WaitingSpec waiting;
  Hypervisor hypervisor = Hypervisor::kKvm;  // of the cluster
  Capacity reserve;
  Duration settle = std::chrono::minutes(2);
  OnUnknown on_unknown;
};

class PlaceGuestsPolicy final : public Policy {
 public:
  PlaceGuestsPolicy(std::string name, WaitingGuestsConfig config);

  std::span<const SignalSpec> signals() const override { return {}; }
  std::span<const WaitingSpec> waiting() const override { return {&config_.waiting, 1}; }
  Recommendation Evaluate(const PolicyInput& input) override;
  std::string Memory() const override;
  bool Recall(std::string_view memory) override;

 private:
  // What was done for a guest that waits.
  struct Effort {
    Time asked;                // for hosts for it, last
    std::int64_t in_vain = 0;  // times that hosts came and it still waited
    Time resting_until = kDistantPast;
  };
  struct Sorted {
    std::vector<const WaitingGuest*> placeable;
    std::vector<std::string> not_helped;  // "17 (No host meets SCHED_REQUIREMENTS)"
  };

  Sorted Sort(const WaitingList& list, const PolicyInput& input) const;
  std::string WhyNotFor(const WaitingGuest& guest, const PolicyInput& input) const;
  // The manager has had the time to place guests there.
  bool WasTried(const HostRoom& room, Time now) const;
  std::vector<GuestSize> RoomsThatCount(const PolicyInput& input) const;
  // The guests' place on a host of this size.
  GuestSize Holds(const Capacity& size) const;
  void CountEfforts(const std::vector<const WaitingGuest*>& guests, const PolicyInput& input);
  void ForgetThoseThatNoLongerWait(const WaitingList& list);

  const WaitingGuestsConfig config_;
  std::map<std::string, Effort> efforts_;  // by guest
};

std::unique_ptr<Policy> ParsePlaceGuests(const std::string& name, const ConfigNode& node,
                                         const PolicyContext& context);

}  // namespace spillway
