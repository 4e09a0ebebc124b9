// Recommendations in, one decision out. Pure: no clock, no I/O; the same input gives the same
// decision.
//
// The stages in their order, each leaving a Reason where it changed the number:
//   merge        the largest target; unknown holds (or adds what it says); without any target
//                the cluster rests at its minimum
//   bounds       floors raise it, ceilings lower it, but not below a floor
//   stabilise    growing takes the least, shrinking the most that was wanted in the window
//   step         the largest change per direction
//   cooldown     growing waits for the last growth, shrinking for the last change of either kind
//   scale        while a person's manual scale holds, exactly that, at once
//   limits       min/max hosts and capacity hold at once, whatever the stages before said
//   money        while the month's envelope is overdrawn, no more than what it can carry
//   hold-down    after too many failures nothing is bought for a while
//   pause        while a person has paused the cluster: what there is, whatever the stages before
//                said; nothing is bought or given back, and nothing of it starts a cooldown
// What people said ends by itself at its time.
// Wishes for places and pieces go through as they are: they steer what the plan takes, not how much
// is wanted.
#pragma once

#include <span>
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
  std::span<const HostRecord> hosts;  // of this cluster; gone ones are passed over
  std::span<const Recommendation> recommendations;
  std::vector<Signal> signals;  // kept in the decision
};

struct DecideResult {
  Decision decision;   // without an id: who records it gives it one
  ClusterState state;  // to be stored before anything of the decision is done
};

DecideResult Decide(const DecideInput& input);

// The timers after one more host failed.
ClusterState AfterFailure(const ClusterSpec& cluster, ClusterState state, Time now);

}  // namespace spillway
