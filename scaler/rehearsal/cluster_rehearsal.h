// One cluster played through on values: recommend → decide → plan as the service does it, and a
// rehearsed fleet that carries the plans out. No loop, no store, no world.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "scaler/control/evaluation.h"
#include "scaler/rehearsal/rehearsed_fleet.h"

namespace spillway {

class ClusterRehearsal {
 public:
  // `spec` outlives it.
  ClusterRehearsal(const ClusterSpec& spec, FleetPace pace);

  RehearsedFleet& fleet() { return fleet_; }
  const RehearsedFleet& fleet() const { return fleet_; }
  const ClusterState& state() const { return state_; }

  // Evaluates at `now` and carries the plan out. The fleet must have been advanced to `now`: the
  // signals may depend on it. Times do not go back.
  DecisionRecord Step(Time now, std::span<const std::unique_ptr<Policy>> policies,
                      const PolicySignals& signals, std::span<const Offer> offers,
                      const std::vector<OfferBackoff>& backoffs = {});

 private:
  const ClusterSpec& spec_;
  ClusterState state_;
  RehearsedFleet fleet_;
};

}  // namespace spillway
