#include "scaler/rehearsal/cluster_rehearsal.h"

#include <utility>

namespace spillway {

ClusterRehearsal::ClusterRehearsal(const ClusterSpec& spec, FleetPace pace)
    : spec_(spec), fleet_(spec.name, pace) {
  state_.cluster = spec.name;
}

DecisionRecord ClusterRehearsal::Step(Time now, std::span<const std::unique_ptr<Policy>> policies,
                                      const PolicySignals& signals, std::span<const Offer> offers,
                                      const std::vector<OfferBackoff>& backoffs) {
  Evaluation evaluation =
      Evaluate({now, spec_, state_, policies, signals, fleet_.hosts(), [&] {
                  return Market{offers, backoffs, {}, fleet_.StockRoom(offers), {}};
                }});
  state_ = std::move(evaluation.state);
  fleet_.CarryOut(evaluation.record.plan, now);
  return std::move(evaluation.record);
}

}  // namespace spillway
