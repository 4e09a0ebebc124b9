// KEDA: a HorizontalPodAutoscaler on an external metric, the load as a total.
//
//   target: 0.7                 # load that a host is to take, as a share of what it can
//   tolerance: 0.1
//   stabilisation: 300s         # of the HPA, when it shrinks
//   polling: 30s                # pollingInterval: the load is asked for this often
//
// Source: the KEDA documentation ("ScaledObject specification", "Scaling Deployments"): KEDA itself
// scales between zero and one (cooldownPeriod counts for that alone, which a cluster of at least
// one host never does); from one on it is an HPA with a metric of type AverageValue, which the
// Kubernetes documentation describes: desired = ceil(load / target), whether pods are ready or not,
// and the usual stabilisation and rates.
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseKeda(const std::string& name, const ConfigNode& node,
                                  const ReferenceContext& context);

}  // namespace spillway
