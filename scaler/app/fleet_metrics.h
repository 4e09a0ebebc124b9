// The state of clusters and hosts as gauges, set anew at an interval rather than at each change.
#pragma once

#include "scaler/control/control_loop.h"
#include "scaler/runtime/metrics.h"

namespace spillway {

void SetFleetMetrics(Metrics& metrics, const ControlLoop& control);

}  // namespace spillway
