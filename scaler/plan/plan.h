// A decision in, the hosts to take and give back out. Pure: the same input gives the same plan.
// Every offer and every host that was looked at is in the plan, with the reason.
//
// Growing: hosts on their way down are taken back first, at no cost. Then the ladder is climbed
// from home upwards; on each rung the cheapest set of machines that covers what is missing is
// found exactly (cover.h), within the limits of the rung; what a rung cannot give is asked of the
// next.
// Shrinking: from the top of the ladder down, victims by score (victims.h), only when
// decision.may_shrink. A plan never grows and shrinks at once.
//
// Limits hold always: every host that is not gone occupies a place of its pool and of the cluster
// (room.h), and nothing is taken, or taken back, that would lift usable capacity above
// limits.max_capacity. What machines are too coarse to reach below it is a shortfall, with the
// reason `max_capacity`. While decision.may_buy is false hosts are taken back, but nothing is
// bought (reason `held_down`).
// A rung takes what it can before the next is asked, even where another division between rungs
// would cover more under limits.max_hosts or the money: home first.
//
// decision.near: on each rung what is missing is divided among the wished places by their weights,
// and each part is covered from the offers nearest to its place first, ring by ring (nearness.h);
// within a ring the cheapest set is taken, as ever. The order of the ladder stays: a wish never
// buys on a higher rung what a lower one has, and it makes nothing eligible that is not.
// decision.piece: a machine counts for the whole pieces that it holds; one that holds none is not
// taken.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "scaler/model/cluster.h"
#include "scaler/model/decision.h"
#include "scaler/model/host.h"
#include "scaler/model/offer.h"
#include "scaler/model/plan.h"

namespace spillway {

struct PlanInput {
  Time now;
  const ClusterSpec& cluster;
  const Decision& decision;
  std::span<const HostRecord> hosts;       // of this cluster, not gone
  std::span<const Offer> offers;           // of every provider on the ladder
  std::span<const OfferBackoff> backoffs;  // those over `now` are in force
  // What may still be taken of each quota (its `limit`), over all clusters; a name not here is
  // unlimited.
  std::map<std::string, Quota> quota_room;
  // Machines that may still be taken from an offer with a stock, over all clusters.
  std::map<std::string, std::int64_t> stock_room;
  // Measured round trips by location.
  std::map<std::string, Duration> round_trips;
};

// REQUIRES: every pool of the cluster has max_hosts >= 0; offers have a capacity above 0.
Plan MakePlan(const PlanInput& input);

}  // namespace spillway
