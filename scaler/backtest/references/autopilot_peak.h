// The peak of a window with a margin, as Autopilot sizes jobs.
//
//   window: 1h       # whose peak counts
//   margin: 0.1      # on top of it
//
// Source: Rzadca et al., "Autopilot: workload autoscaling at Google", EuroSys 2020: the moving
// window recommender S_max, with the safety margin of 10 to 15 % that the paper adds; here over the
// load of the whole fleet, of which the number of hosts is made.
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseAutopilotPeak(const std::string& name, const ConfigNode& node,
                                           const ReferenceContext& context);

}  // namespace spillway
