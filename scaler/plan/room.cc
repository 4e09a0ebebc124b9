#include "scaler/plan/room.h"

#include <fmt/core.h>

#include <algorithm>

#include "scaler/plan/words.h"

namespace spillway {

Room::Room(const PlanInput& input, const Capacity& usable)
    : cluster_(input.cluster),
      per_hour_(input.decision.money.room_per_hour),
      this_month_(input.decision.money.room_this_month),
      quota_(input.quota_room),
      stock_(input.stock_room) {
  for (const HostRecord& host : input.hosts) {
    if (!IsLive(host)) continue;
    ++hosts_;
    ++hosts_in_[host.pool];
  }
  if (cluster_.limits.max_capacity) capacity_ = Missing(*cluster_.limits.max_capacity, usable);
}

std::int64_t Room::PlacesIn(const PoolSpec& pool) const {
  const auto found = hosts_in_.find(pool.name);
  const std::int64_t in_pool = found == hosts_in_.end() ? 0 : found->second;
  const std::int64_t places =
      std::min(pool.max_hosts - in_pool, cluster_.limits.max_hosts - hosts_);
  return std::max<std::int64_t>(places, 0);
}

Money Room::WorstCase(const Offer& offer) const {
  return Cost(offer.price_per_hour, offer.billing, cluster_.money.reserve);
}

std::optional<std::int64_t> Room::StockOf(const Offer& offer) const {
  const auto found = stock_.find(offer.id);
  if (found != stock_.end()) return found->second;
  return offer.stock;
}

std::optional<Quota> Room::QuotaOf(const Offer& offer) const {
  const auto found = quota_.find(offer.quota);
  if (offer.quota.empty() || found == quota_.end()) return std::nullopt;
  return found->second;
}

std::vector<Reason> Room::Stops(const PoolSpec& pool, const Offer& offer) const {
  std::vector<Reason> stops;
  const auto found = hosts_in_.find(pool.name);
  const std::int64_t in_pool = found == hosts_in_.end() ? 0 : found->second;
  if (in_pool >= pool.max_hosts) {
    stops.push_back(
        {"pool_full",
         fmt::format("pool {} has {} of at most {} hosts", pool.name, in_pool, pool.max_hosts),
         {{"hosts", in_pool}, {"max_hosts", pool.max_hosts}}});
  }
  const std::int64_t max_hosts = cluster_.limits.max_hosts;
  if (hosts_ >= max_hosts) {
    stops.push_back({"cluster_full",
                     fmt::format("the cluster has {} of at most {} hosts", hosts_, max_hosts),
                     {{"hosts", hosts_}, {"max_hosts", max_hosts}}});
  }
  if (capacity_ && !capacity_->Covers(offer.capacity)) {
    stops.push_back({"max_capacity",
                     fmt::format("{} are left to the cluster's largest capacity; one has {}",
                                 InWords(*capacity_), InWords(offer.capacity)),
                     {{"room_vcpu", capacity_->vcpu}, {"room_memory_mib", capacity_->memory_mib}}});
  }
  if (offer.price_per_hour > per_hour_) {
    stops.push_back(
        {"money_hour",
         fmt::format("{} are left of the hour's envelope; one costs {} an hour", InWords(per_hour_),
                     InWords(offer.price_per_hour)),
         {{"room", per_hour_.ToDouble()}, {"needed", offer.price_per_hour.ToDouble()}}});
  }
  const Money worst = WorstCase(offer);
  if (worst > this_month_) {
    stops.push_back({"money_month",
                     fmt::format("{} are left of the month's envelope; one sets aside {}",
                                 InWords(this_month_), InWords(worst)),
                     {{"room", this_month_.ToDouble()}, {"needed", worst.ToDouble()}}});
  }
  const auto quota = QuotaOf(offer);
  if (quota && quota->limit < QuotaUse(quota->unit, offer.capacity)) {
    const std::int64_t needed = QuotaUse(quota->unit, offer.capacity);
    stops.push_back({"quota",
                     fmt::format("quota {} has {} {} left; one needs {}", offer.quota, quota->limit,
                                 quota->unit == QuotaUnit::kVcpu ? "vCPU" : "machines", needed),
                     {{"quota", offer.quota}, {"room", quota->limit}, {"needed", needed}}});
  }
  const auto stock = StockOf(offer);
  if (stock && *stock < 1) {
    stops.push_back({"stock", "none is to be had now", {{"stock", *stock}}});
  }
  return stops;
}

void Room::Take(const PoolSpec& pool, const Offer& offer, std::int64_t count) {
  hosts_ += count;
  hosts_in_[pool.name] += count;
  per_hour_ = per_hour_ - offer.price_per_hour * count;
  this_month_ = this_month_ - WorstCase(offer) * count;
  if (capacity_) *capacity_ = Missing(*capacity_, offer.capacity * count);
  if (const auto quota = QuotaOf(offer)) {
    quota_[offer.quota].limit -= QuotaUse(quota->unit, offer.capacity) * count;
  }
  if (const auto stock = StockOf(offer)) stock_[offer.id] = *stock - count;
}

}  // namespace spillway
