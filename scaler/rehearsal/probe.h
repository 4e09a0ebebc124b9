// What a policy does not say of itself, found out by asking it: values of a signal at which it
// changes its mind, and how the signal answers to capacity.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "policies/policy.h"

namespace spillway {

struct ProbedSignal {
  Measure measure = Measure::kUtilisation;
  // Where the answer goes over between growing, holding and shrinking; they rise. None: the policy
  // does not mind this signal, or not alone.
  std::vector<double> turning_points;
};

// Asks `policy`, which learns by it and is of no use afterwards, about a cluster with so many ready
// hosts and nothing coming. Every other signal is zero meanwhile. Values from a ten-thousandth to a
// hundred million are looked at, in steps of 5 %; turning points are exact to a thousandth.
std::vector<ProbedSignal> Probe(Policy& policy, const Capacity& host_size, std::int64_t hosts,
                                Time now);

}  // namespace spillway
