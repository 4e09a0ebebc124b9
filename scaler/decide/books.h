// What a cluster has spent, may still have to pay, and may still buy. Pure.
//
// A host costs from `paid_from` (set before the create call) until it is gone. Until then it also
// reserves its worst case: the price of `MoneyEnvelope::reserve` more, which covers what remains
// of its start, its drain and its removal. So a host of unknown outcome is never free.
#pragma once

#include <span>

#include "scaler/model/cluster.h"
#include "scaler/model/decision.h"
#include "scaler/model/host.h"

namespace spillway {

// `hosts` are the cluster's; those that are gone count by `state.settled`.
MoneyState MoneyOf(const MoneyEnvelope& envelope, const ClusterState& state,
                   std::span<const HostRecord> hosts, Time now);

// What the host cost in the calendar month (UTC) of `now`, up to `now` or its end.
Money CostThisMonth(const HostRecord& host, Time now);

// The books after `host` is gone: what it cost this month is settled.
ClusterState AfterGone(ClusterState state, const HostRecord& host, Time now);

}  // namespace spillway
