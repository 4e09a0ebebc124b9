// What "violated" means for a cluster:
//
//   objective:
//     signal: {metric: cpu, …}   # as of a policy
//     kind: utilisation          # or load: the limit is what one host takes; or latency
//     limit: 0.9                 # above it the cluster has too little
#pragma once

#include "policies/policy.h"

namespace spillway {

struct Objective {
  SignalSpec signal;
  Measure measure = Measure::kUtilisation;
  double limit = 1;

  friend bool operator==(const Objective&, const Objective&) = default;
};

}  // namespace spillway
