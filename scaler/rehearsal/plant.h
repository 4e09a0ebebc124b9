// The load that a cluster is driven with in a rehearsal, and the signals that it would see: the
// loop is closed. Pure.
//
// Demand is in hosts: 1 is what one host of the cluster's size carries while the signal stands at
// its reference, the highest value at which the policy changes its mind. With demand D, R ready
// hosts and reference V
//
//   load          V·D            the demand alone (V is that of one host)
//   utilisation   V·D/R          shared evenly, without an upper bound
//   latency       B/(1 - b)      the mean response time of an M/M/1 queue, b = 0.8·D/R busy: at the
//                                reference a host is 80 % busy, and B = 0.2·V. From 98 % busy on it
//                                grows in proportion, so that it stays finite: an overloaded queue
//                                has no mean, and a measured one is bounded by time-outs.
//
// Without a ready host nothing is measured but a load.
#pragma once

#include <optional>

#include "policies/policy.h"

namespace spillway {

// Nothing: it cannot be measured.
std::optional<double> SignalOf(Measure measure, double reference, double demand, double ready);

// The demand for each ready host at which the signal has `value`; nothing when no demand gives it.
std::optional<double> DemandPerHost(Measure measure, double reference, double value);

// A load over time: `from` until `begin`, then on a straight line to `to`, which it reaches after
// `rise` and keeps.
struct LoadCourse {
  double from = 1;
  double to = 1;
  Duration begin{0};
  Duration rise{0};

  double At(Duration since_start) const;
  // From here on it does not change.
  Duration SteadyFrom() const { return from == to ? Duration(0) : begin + rise; }
};

}  // namespace spillway
