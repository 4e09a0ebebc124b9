// The target-value strategy of the Nomad Autoscaler, over the utilisation of hosts.
//
//   target: 0.7
//   threshold: 0.01             # so near to the target nothing happens
//   cooldown: 5m                # after each scaling
//   cooldown_on_scale_up: 5m    # after one upwards; default: `cooldown`
//   max_scale_up: 0             # hosts at once; 0: any
//   max_scale_down: 0
//
// Source: the Nomad Autoscaler documentation, "Target Value Strategy Plugin" and "Policies": factor
// = metric / target; new count = ceil(count · factor); evaluated every 10 s (here each step), not
// within the cooldown and not while the target is not ready (a host boots).
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseNomad(const std::string& name, const ConfigNode& node,
                                   const ReferenceContext& context);

}  // namespace spillway
