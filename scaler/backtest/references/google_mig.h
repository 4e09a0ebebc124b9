// The autoscaler of Google Cloud's managed instance groups, over utilisation.
//
//   target: 0.7
//   stabilisation: 10m    # the size follows the peak of this time
//   scale_in_hosts: 0     # scale-in control: at most so many fewer than the peak …
//   scale_in_window: 10m  # … of the size within this time; 0 hosts: no control
//
// Source: the Compute Engine documentation, "Autoscaling groups of instances" and "Understanding
// autoscaler decisions": size = ceil(load / target), from the peak of the last 10 minutes;
// instances in their initialisation period are left out of the metric. Its predictive mode is not
// public.
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseGoogleMig(const std::string& name, const ConfigNode& node,
                                       const ReferenceContext& context);

}  // namespace spillway
