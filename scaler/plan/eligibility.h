// Whether machines of an offer may serve in a pool of a cluster at all: place, kind, law, latency
// and back-off. How many of them is another question (room.h).
#pragma once

#include <optional>

#include "scaler/model/cluster.h"
#include "scaler/model/offer.h"
#include "scaler/model/reason.h"
#include "scaler/plan/plan.h"

namespace spillway {

// Why `offer` is out of the question for `pool`; nothing when it fits. Codes, in the order in
// which they are looked for:
//   wrong_place      not the pool's location
//   wrong_plan       not one of the pool's plans
//   cluster_type     metal instead of virtual hosts, or the other way round
//   workload         the cluster's workload cannot run on such hosts under its hypervisor
//   hypervisor       the plan cannot be made into a host of the cluster's hypervisor
//   jurisdiction     the data may not be there, or nobody knows where it is
//   latency          the round trip, measured or else estimated, is over the limit
//   latency_unknown  there is a limit, but neither a measurement nor coordinates
//   backed_off       it, or its group, quota or provider, failed lately
// REQUIRES: offer.provider == pool.provider.
std::optional<Reason> WhyNot(const PlanInput& input, const PoolSpec& pool, const Offer& offer);

}  // namespace spillway
