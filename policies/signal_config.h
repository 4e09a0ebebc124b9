// A signal as operators write it:
//
//   signal:
//     metric: cpu                  # required
//     name: cpu                    # default: the metric
//     where: {role: worker}        # default: every series of the metric
//     function: mean               # last mean min max sum quantile rate slope
//     quantile: 0.95               # with function: quantile
//     window: 60s
//     group_by: host               # default: each series is its own group
//     within: sum                  # mean sum min max quantile; with group_by
//     across: mean                 # mean sum min max quantile pool
//     across_quantile: 0.95        # with within or across: quantile
//     max_age: 90s
//     forget_after: 5m             # at least max_age
#pragma once

#include "scaler/model/signal.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// Reads the mapping `node` and Finishes it. Without errors the spec is sound: a metric, times
// above zero, quantiles from 0 to 1, and nothing set that would have no effect.
SignalSpec ParseSignal(const ConfigNode& node);

}  // namespace spillway
