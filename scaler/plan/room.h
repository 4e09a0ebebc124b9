// How much may still be taken: what hosts, money, quotas and stocks leave, counted down as the
// ladder is climbed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scaler/model/cluster.h"
#include "scaler/model/offer.h"
#include "scaler/model/reason.h"
#include "scaler/plan/plan.h"

namespace spillway {

class Room {
 public:
  // Every host that is not gone occupies its place, in its pool and in the cluster: those in
  // flight and of unknown outcome because they may exist, those on their way down because they
  // still do. So the cluster never has more than `limits.max_hosts` machines.
  // `usable`: what counts against `limits.max_capacity`.
  Room(const PlanInput& input, const Capacity& usable);

  // Machines that the pool and the cluster have places for.
  std::int64_t PlacesIn(const PoolSpec& pool) const;
  // What one more at this price sets aside of the month's envelope: the same sum that `decide`
  // reserves for it.
  Money WorstCase(const Offer& offer) const;
  std::optional<std::int64_t> StockOf(const Offer& offer) const;
  std::optional<Quota> QuotaOf(const Offer& offer) const;
  Money per_hour() const { return per_hour_; }
  Money this_month() const { return this_month_; }
  // That may still become usable below `limits.max_capacity`; nothing: any.
  const std::optional<Capacity>& capacity() const { return capacity_; }

  // Why not even one machine of `offer` can be added to `pool`; empty when one can. Codes:
  // pool_full, cluster_full, max_capacity, money_hour, money_month, quota, stock.
  std::vector<Reason> Stops(const PoolSpec& pool, const Offer& offer) const;

  void Take(const PoolSpec& pool, const Offer& offer, std::int64_t count);

 private:
  const ClusterSpec& cluster_;
  std::map<std::string, std::int64_t> hosts_in_;  // by pool
  std::int64_t hosts_ = 0;
  Money per_hour_;
  Money this_month_;
  std::optional<Capacity> capacity_;
  std::map<std::string, Quota> quota_;  // what is left
  std::map<std::string, std::int64_t> stock_;
};

}  // namespace spillway
