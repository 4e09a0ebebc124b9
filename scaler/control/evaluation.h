// One evaluation of one cluster: recommend → decide → plan, on values. Pure. The control loop does
// what comes out of it; `spillway plan` only shows it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "policies/policy.h"
#include "scaler/model/cluster.h"
#include "scaler/model/decision.h"
#include "scaler/model/host.h"
#include "scaler/model/offer.h"
#include "scaler/model/plan.h"
#include "scaler/observe/observations.h"

namespace spillway {

// The signals of each policy, in the order of the cluster's policies.
using PolicySignals = std::vector<std::vector<Signal>>;

PolicySignals ObserveSignals(std::span<const std::unique_ptr<Policy>> policies,
                             const std::string& cluster, const Observations& observations,
                             Time now);

// The lists of waiting guests that each policy asks for, in the order of the cluster's policies.
using PolicyWaiting = std::vector<std::vector<WaitingList>>;

// What there is to take from; plan.h says what each member means.
struct Market {
  std::span<const Offer> offers;
  std::vector<OfferBackoff> backoffs;
  std::map<std::string, Quota> quota_room;
  std::map<std::string, std::int64_t> stock_room;
  std::map<std::string, Duration> round_trips;
};

struct EvaluationInput {
  Time now;
  const ClusterSpec& cluster;
  const ClusterState& state;
  std::span<const std::unique_ptr<Policy>> policies;
  const PolicySignals& signals;
  std::span<const HostRecord> hosts;  // of this cluster, not gone
  std::function<Market()> market;     // asked only when there is something to plan
  // Empty: nobody can be asked for waiting guests.
  std::span<const std::vector<WaitingList>> waiting{};
};

struct Evaluation {
  DecisionRecord record;  // without an id
  ClusterState state;
};

Evaluation Evaluate(const EvaluationInput& input);

// Its two halves. The cluster as policies see it (those that place guests: with rooms and sizes),
// and what follows from what they said: decide → plan. Neither asks the input's policies nor looks
// at its signals.
ClusterView ViewOf(const EvaluationInput& input, bool places_guests);
Evaluation Conclude(const EvaluationInput& input, std::span<const Recommendation> recommendations,
                    std::vector<Signal> signals);

// Whether `now` says something that `last` did not: another outcome, or other reasons for it.
// Figures that merely moved are no news.
bool IsNews(const DecisionRecord& now, const DecisionRecord& last);

}  // namespace spillway
