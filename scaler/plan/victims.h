// Giving back: which hosts go when there is more than is wanted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "scaler/model/cluster.h"
#include "scaler/model/host.h"
#include "scaler/model/plan.h"
#include "scaler/plan/plan.h"

namespace spillway {

// The index of the pool in the ladder; of a pool that is no longer there, one above the top.
std::size_t RungOf(const ClusterSpec& cluster, const std::string& pool);

// What decides who goes first, in this order.
struct VictimTerms {
  std::size_t rung = 0;                 // the top of the ladder first
  HostState state = HostState::kReady;  // the less far on its way the better: nothing is lost
  Money price_per_hour;                 // the dearest
  Duration paid_left{0};                // of a ready host, the least, in whole tens of minutes: the
                                        // others go on without paying anew, and guests are not
                                        // moved for less
  std::int64_t guests = 0;              // the fewest: least to move
  Duration age{0};                      // the youngest: what has proven itself stays
  std::string host;                     // so that there is always an order
};
VictimTerms TermsOf(const PlanInput& input, const HostRecord& host);
bool GoesBefore(const VictimTerms& a, const VictimTerms& b);

// Fills plan.give_back, and plan.hosts with every usable host and its reason:
//   chosen      given back
//   protected   never chosen
//   too_young   ready for less than limits.min_lifetime
//   needed      the others alone would not cover what is wanted
//   min_hosts   too few would remain
//   guests      the guests would not fit on the others
//   lower_rung  it could go, but hosts of higher rungs go instead
//   outscored   it could go, but hosts of its own rung go instead
// A ready host's guests must fit, together with those of all that go or are already going, into
// what is free on the ready hosts that stay; and all guests into what stays usable.
// REQUIRES: the usable hosts cover decision.wanted.
void GiveBackSurplus(const PlanInput& input, Plan& plan);

}  // namespace spillway
