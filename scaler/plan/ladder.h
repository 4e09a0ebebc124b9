// Buying: from home upwards, each rung asked for what the ones below could not give.
#pragma once

#include "scaler/model/capacity.h"
#include "scaler/model/plan.h"
#include "scaler/plan/plan.h"

namespace spillway {

// Adds to `plan` what is taken, every offer that was looked at, and what stopped a rung. Returns
// what no rung could give. `usable` is what there is already.
//
// Offers carry the codes of eligibility.h and room.h, and:
//   chosen      part of the set that is taken
//   dearer      could be had, but is in no cheapest set
//   farther     could be had, but offers nearer to the wished places cover everything
//   too_small   holds not one piece of what is needed (Decision::piece)
//   not_needed  the rungs below cover everything
// plan.reasons has for each rung that could not give all: the codes of room.h for what stopped
// it, `no_offer` when nothing fits the pool, `search_cut_short` when a better set may exist.
Capacity ClimbLadder(const PlanInput& input, const Capacity& usable, const Capacity& missing,
                     Plan& plan);

}  // namespace spillway
