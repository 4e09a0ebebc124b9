// What "violated" means for a cluster:
//
//   objective:
//     signal: {metric: cpu, …}   # as of a policy
//     kind: utilisation          # or load: the limit is what one host takes; or latency
//     limit: 0.9                 # above it the cluster has too little
#pragma once

#include <optional>
#include <string>

#include "policies/policy.h"
#include "scaler/observe/observations.h"

namespace spillway {

struct Objective {
  SignalSpec signal;
  Measure measure = Measure::kUtilisation;
  double limit = 1;

  friend bool operator==(const Objective&, const Objective&) = default;
};

// The objective's value for a cluster with so many ready hosts: a load is that of one of them.
// Nothing when the signal has no value, or a load no host. Pure.
std::optional<double> ValueOf(const Objective& objective, const std::string& cluster,
                              double ready_hosts, const Observations& observations, Time now);

}  // namespace spillway
