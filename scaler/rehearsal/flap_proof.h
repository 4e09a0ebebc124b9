// The flap proof: the policies of a cluster are driven in virtual time with loads that end steady,
// around each value at which they change their mind; a cluster that goes on growing and shrinking
// then has a limit cycle. Deterministic, and no proof in the sense of mathematics: it has looked at
// so many runs and says how many.
//
// In each run windows, policies, decision and plan are the service's own; plant.h says how signals
// answer to capacity, usual_offers.h what machines there are. What is varied:
//
//   fleet      the least, the two after it, one in the middle (geometric) and one less than the
//              most that the limits allow, all ready at the beginning
//   start      how long a host takes until it is ready: 45 s and 3 min where the ladder has virtual
//              machines, 4 and 15 min where it has metal
//   demand     at each turning point (probe.h) of each signal: 6 % and 1 % below it and above,
//              constant; from half of it and from 1.8 times as much in a step, and in a ramp of ten
//              minutes
//
// All signals see one demand; they agree on its size at their highest turning points. Policies
// without a signal (a schedule, a person's word) take no part: they cannot answer to capacity.
// Jurisdiction, latency limits and money take none either; the other limits hold as configured.
// Every run begins with policies that have learned nothing. Those that learn are asked in fewer
// runs, because they take longer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policies/policy.h"
#include "scaler/model/cluster.h"

namespace spillway {

// A cluster at a moment of a run.
struct FlapMoment {
  Duration at{0};
  double demand = 0;  // in hosts
  std::int64_t ready = 0;
  std::int64_t coming = 0;

  friend bool operator==(const FlapMoment&, const FlapMoment&) = default;
};

// What one direction was taken for.
struct FlapReason {
  std::string policy;
  std::string text;

  friend bool operator==(const FlapReason&, const FlapReason&) = default;
};

// The counterexample.
struct LimitCycle {
  std::string signal;  // around whose turning point
  double turning_point = 0;
  std::string load;  // "constant", "after a step", "after a ramp"
  Duration start{0};
  Duration period{0};      // of the last turn
  std::int64_t least = 0;  // usable hosts, within the last turn
  std::int64_t most = 0;
  double launches_per_hour = 0;
  FlapReason grows;
  FlapReason shrinks;
  std::vector<FlapMoment> course;

  friend bool operator==(const LimitCycle&, const LimitCycle&) = default;
};

struct FlapProof {
  std::int64_t runs = 0;
  std::int64_t evaluations = 0;
  std::optional<LimitCycle> cycle;  // the first that was found

  friend bool operator==(const FlapProof&, const FlapProof&) = default;
};

using FreshPolicies = std::function<std::vector<std::unique_ptr<Policy>>()>;

FlapProof ProveCalm(const ClusterSpec& cluster, const FreshPolicies& fresh);

}  // namespace spillway
