// Recommendations in, one decision out. Pure: no clock, no I/O; the same input gives the same
// decision.
//
// The order of the stages, each leaving a Reason where it changed the number:
//   merge         the largest target; unknown holds (or adds what it says); without any target
//                 the cluster rests at its minimum
//   floors        raise it; ceilings lower it, but not below a floor
//   limits        min/max hosts and capacity; the maximum wins over everything
//   stabilise     growing takes the least, shrinking the most that was wanted in the window
//   step          the largest change per direction
//   cooldown      nothing within the direction's time since the last change: growing waits for
//                 the last growth, shrinking for the last change of either direction
//   money         when the envelope is overdrawn, the fleet is lowered to what it carries
//   hold-down     after too many failures nothing is bought for a while
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "scaler/model/cluster.h"
#include "scaler/model/decision.h"
#include "scaler/model/host.h"
#include "scaler/model/recommendation.h"

namespace spillway {

struct DecideInput {
  Time now;
  const ClusterSpec& cluster;
  const ClusterState& state;
  std::span<const HostRecord> hosts;  // of this cluster, gone ones of this month may be among them
  std::span<const Recommendation> recommendations;
  std::vector<Signal> signals;
};

struct DecideResult {
  Decision decision;
  ClusterState state;  // to be stored before anything of the decision is done
};

DecideResult Decide(const DecideInput& input);

// The timers of a host that failed: to be called once for each, on the way to kFailed.
ClusterState AfterFailure(const ClusterSpec& cluster, ClusterState state, Time now);

// The books of a host that is gone: adds what it cost this month to `settled`.
ClusterState AfterGone(ClusterState state, const HostRecord& host, Time now);

// What is spent, reserved and left of the cluster's envelope. Hosts that are gone count by
// `state.settled`, all others by their record.
MoneyState MoneyOf(const ClusterSpec& cluster, const ClusterState& state,
                   std::span<const HostRecord> hosts, Time now);

// The worst that one more host at this price would reserve of the month's envelope.
Money WorstCase(const MoneyEnvelope& envelope, Money price_per_hour, const Billing& billing);

}  // namespace spillway
