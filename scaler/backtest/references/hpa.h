// Kubernetes' HorizontalPodAutoscaler (autoscaling/v2) over the utilisation of hosts.
//
//   target: 0.7                 # utilisation, above 0
//   tolerance: 0.1
//   down_stabilisation: 300s    # shrinks to the largest recommendation of this window
//   up_stabilisation: 0s        # grows to the smallest
//   up_percent: 100             # behavior.scaleUp, of which the larger counts:
//   up_hosts: 4                 #   so much, or so many, in each `period`
//   down_percent: 100           # behavior.scaleDown
//   period: 15s
//
// Source: the Kubernetes documentation "Horizontal Pod Autoscaling" and the published algorithm of
// pkg/controller/podautoscaler: ratio = utilisation of the ready pods / target; within the
// tolerance nothing happens; above 1 the pods that are not ready count as idle, and when that
// takes the ratio into the tolerance or below 1, nothing happens; desired = ceil(ratio · pods).
// The control period is a step of the backtest (Kubernetes: 15 s).
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseHpa(const std::string& name, const ConfigNode& node,
                                 const ReferenceContext& context);

}  // namespace spillway
