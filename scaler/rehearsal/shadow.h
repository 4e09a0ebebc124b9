// Policies in the place of those that act: asked about the same signals at the same moments, with a
// fleet of their own that carries out what they would have done. Nothing of it reaches the world.
//
// Its fleet begins as the acting one. Its hosts come from the same offers at the same prices, start
// in the time that the cluster's own took (or, before any was seen, in what the offer says), go at
// once and never fail. Acting policies without a signal (a schedule) and what people say of the
// cluster (a pause, a manual scale) speak for both fleets.
//
// A signal that answers to capacity is not what the shadow would have measured with its own fleet.
// A utilisation and a latency are therefore multiplied by acting over shadow ready capacity; that
// is exact for a utilisation, and for a latency too little far from the acting fleet. A load is the
// same for all.
//
// Violated is the time in which the objective was above its limit; the shadow's is judged by the
// same correction.
// Loop thread only, as what feeds it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scaler/control/watcher.h"
#include "scaler/rehearsal/objective.h"
#include "scaler/rehearsal/rehearsed_fleet.h"
#include "scaler/rehearsal/shadow_score.h"

namespace spillway {

// What a shadow is shown of a moment.
struct ShadowMoment {
  Time now;
  std::span<const HostRecord> hosts;      // of what acts
  std::span<const Recommendation> words;  // of what acts
  std::span<const std::unique_ptr<Policy>> acting;
  const ClusterState& state;  // of what acts, before
  const Observations& observations;
  std::span<const std::vector<WaitingList>> waiting;  // of the policies that are asked
  const std::function<Market()>& market;
  std::int64_t launched = 0;  // hosts that what acts takes now
};

class Shadow {
 public:
  // `cluster` outlives it. `measures` are of each policy's signals, in their order.
  Shadow(const ClusterSpec& cluster, std::optional<Objective> objective,
         std::vector<std::vector<Measure>> measures, ShadowScore score);

  // Moments come in the order of time. What a decision of these policies would have been.
  DecisionRecord Follow(const ShadowMoment& moment, std::span<Policy* const> policies);

  // The cluster stands elsewhere from now on, perhaps with other limits. `cluster` outlives it.
  void MoveTo(const ClusterSpec& cluster) { cluster_ = &cluster; }

  // Nobody saw what was until then: it counts for neither.
  void WasAwayUntil(Time t);

  const ShadowScore& score() const { return score_; }
  const RehearsedFleet& fleet() const { return fleet_; }

 private:
  void Begin(const ShadowMoment& moment);
  // What has been since the last moment goes into the score.
  void Account(const ShadowMoment& moment);
  Market OwnMarket(const ShadowMoment& moment) const;
  void LearnStart(std::span<const HostRecord> hosts);
  std::vector<Signal> Seen(const ShadowMoment& moment, const Policy& policy,
                           const std::vector<Measure>& measures, double ratio) const;
  std::optional<double> Objected(const ShadowMoment& moment) const;

  const ClusterSpec* cluster_;
  const std::optional<Objective> objective_;
  const std::vector<std::vector<Measure>> measures_;
  ShadowScore score_;
  ClusterState state_;
  RehearsedFleet fleet_;
  std::optional<Time> last_;
  // How things stood at `last_`, and hence until the next moment.
  Money acting_per_hour_;
  Money shadow_per_hour_;
  std::optional<bool> acting_violates_;
  std::optional<bool> shadow_violates_;
  double start_seconds_ = 0;  // mean of the hosts seen
  std::int64_t starts_ = 0;
  Time last_ready_ = kDistantPast;  // of the hosts that are in that mean
};

}  // namespace spillway
