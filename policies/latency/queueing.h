// How a response time answers to capacity.
//
//   L(u) = L0 + K · u / (1 - u)
//
// is the time without load and what waiting adds at utilisation u: Kingman's approximation for one
// queue (J. F. C. Kingman, "The single server queue in heavy traffic", Proc. Cambridge Phil. Soc.
// 57, 1961) in its form variability × utilisation × time (W. Hopp, M. Spearman, "Factory
// Physics"). K is found from what is seen now, so that nobody has to know how work varies.
//
// When the utilisation is not measured, K = L0: then L = L0 / (1 - u), which is M/M/1, and
// processor sharing whatever the work (L. Kleinrock, "Queueing Systems" II, 1976), and u is found
// from L itself. In M/M/1 each quantile of the response time is the mean times a constant, so a
// quantile may stand where the mean does.
//
// A host behind a balancer is a queue of its own. Hosts that share one queue (M/M/c) wait less at
// the same utilisation, so the model then asks for too much rather than too little.
#pragma once

#include <optional>

namespace spillway {

// No fleet is planned to be busier than that, whatever the model says: close to 1 it knows nothing.
inline constexpr double kHighestUtilisation = 0.95;

// How many times the capacity of now brings the response time from `seen` to `aim`. More for a
// higher `seen`, never more than 1 / (u at the aim): what saturates a fleet hides how much more
// there is to come. REQUIRES: 0 < unloaded < aim; seen and utilisation 0 or more.
double CapacityFactor(double seen, double aim, double unloaded, std::optional<double> utilisation);

}  // namespace spillway
