// Holds an objective for response times: a quantile under a limit, with capacity near the users
// that wait too long.
//
//   signal: {metric: response_seconds, function: quantile, quantile: 0.95, across: pool}
//   limit: 0.25              # in the signal's unit
//   margin: 0.1              # aims so much below the limit, as a share; 0.01 to 0.5
//   unloaded: 0.04           # the response time without load; default: learned
//   utilisation: {metric: cpu, …}   # of the ready hosts, 0 to 1; default: found from the signal
//   max_step: 2              # the largest factor of one growth
//   shrink_step: 0.1         # the largest share of one shrinking
//   near:
//     label: location        # of the metric, whose values are the names below; the default
//     places:
//       - {name: vie, latitude: 48.2, longitude: 16.4, share: 2}
//       - {name: fra}        # no coordinates: offers at the location of that name are near
//   on_unknown: hold
//
// How much: by the model of queueing.h. Trust is not symmetric:
//
//   up     at once when the signal is over the aim, from what is ready, by `max_step` at most, and
//          never less than what is coming already. A response time far above the limit says that
//          the fleet is saturated, not by how much: it asks for no more than the model's bound.
//          When growing does not help it stops (growth_trust.h), unless a measured utilisation of
//          0.8 or more says that capacity is what is missing.
//   down   only when nothing is on its way, nobody waits too long, and the model says that the
//          smaller fleet stays under the aim less the margin once more; by `shrink_step` at most,
//          or one host where that is less than a host.
//
// Where: each place is seen through the signal of its own samples, and takes the part of the fleet
// that its `share` (default 1) is of all places. Places that are too slow make the cluster grow by
// their parts, also when the signal of all hides them, and are what the recommendation wishes to be
// near to, each by what it lacks. Which countries and providers are allowed is the cluster's
// business: a wish rules nothing in or out. A place that was never heard of has no users; one that
// fell silent keeps the cluster from shrinking.
//
// `unloaded` is learned as the lowest response time seen, of each place its own; it rises again
// with a time constant of a day, and half of the aim is the most that it is taken for, because a
// fleet that was always busy has never shown it.
//
// Without a ready host, and for a value below zero, nobody can tell.
//
// Reason codes: latency_grow, latency_hold, latency_shrink, latency_unmoved (growing did not help),
// no_ready_hosts, signal_negative.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policies/latency/growth_trust.h"
#include "policies/policy.h"
#include "policies/unknown.h"

namespace spillway {

struct LatencyPlace {
  std::string name;
  std::optional<Coordinates> coordinates;
  double share = 1;  // above 0
};

struct LatencyConfig {
  SignalSpec signal;
  double limit = 0;  // above 0
  double margin = 0.1;
  std::optional<double> unloaded;  // above 0, below the aim
  std::optional<SignalSpec> utilisation;
  double max_step = 2.0;
  double shrink_step = 0.1;
  std::string label = "location";
  std::vector<LatencyPlace> places;
  OnUnknown on_unknown;

  double aim() const { return limit * (1 - margin); }
};

class LatencyPolicy final : public Policy {
 public:
  // REQUIRES: a config within the bounds above.
  LatencyPolicy(std::string name, LatencyConfig config);

  std::span<const SignalSpec> signals() const override { return signals_; }
  std::optional<Measure> measure(std::size_t i) const override {
    const bool is_utilisation = config_.utilisation && i + 1 == signals_.size();
    return is_utilisation ? Measure::kUtilisation : Measure::kLatency;
  }
  Recommendation Evaluate(const PolicyInput& input) override;
  std::string Memory() const override;
  bool Recall(std::string_view memory) override;

 private:
  // What is seen of one place, or of all.
  struct View {
    double seen = 0;
    double growth = 0;   // wanted, as a share of its capacity; 0: none
    double remains = 1;  // the share of its capacity that is enough, with the margin once more
  };
  struct Views {
    View all;
    std::map<std::size_t, View> places;  // by index, those that have users
    bool may_shrink = true;
  };

  View Look(const std::string& key, double seen, std::optional<double> utilisation, Time now);
  Views LookAround(const PolicyInput& input);
  double Unloaded(const std::string& key, double seen, Time now);
  std::optional<double> Utilisation(const PolicyInput& input) const;
  double GrowthOf(const Views& views) const;
  Capacity Wanted(const Views& views, double growth, const ClusterView& cluster) const;
  std::vector<NearPlace> Near(const Views& views) const;

  const LatencyConfig config_;
  const double shares_;
  const std::vector<SignalSpec> signals_;  // all, each place, utilisation

  struct LowWater {
    double value = 0;
    Time at;
  };
  std::map<std::string, LowWater> unloaded_;  // by place; "" is all
  GrowthTrust trust_;
};

std::unique_ptr<Policy> ParseLatency(const std::string& name, const ConfigNode& node,
                                     const PolicyContext& context);

}  // namespace spillway
