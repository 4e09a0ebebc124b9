// The stabilisation window: growing takes the least, shrinking the most that was wanted in it.
// Pure. The memory of a cluster is bounded: a span covers at least a 64th of the longer window.
#pragma once

#include "scaler/model/cluster.h"
#include "scaler/model/decision.h"

namespace spillway {

// Adds what is wanted at `now` to the state's history and drops what no window reaches.
void Remember(ClusterState& state, const Capacity& wanted, const PerDirection<Duration>& windows,
              Time now);

// `wanted`, held back component by component: where it grows over `previous`, to the least, where
// it shrinks, to the most of its window, but never to the other side of `previous`. While the
// history does not yet reach over a whole window, that direction waits.
Capacity Stabilised(const ClusterState& state, const Capacity& wanted, const Capacity& previous,
                    const PerDirection<Duration>& windows, Time now);

}  // namespace spillway
