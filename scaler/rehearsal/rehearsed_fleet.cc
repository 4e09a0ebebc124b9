#include "scaler/rehearsal/rehearsed_fleet.h"

#include <algorithm>
#include <utility>

namespace spillway {
namespace {

Money CostOf(const HostRecord& host, Time until) {
  if (!host.paid_from || until <= *host.paid_from) return {};
  return Cost(host.price_per_hour, host.billing, until - *host.paid_from);
}

void Become(HostRecord& host, HostState state, Time since) {
  host.state = state;
  host.state_since = since;
  host.next_look = kDistantFuture;
}

void BecomeReady(HostRecord& host, Time since) {
  Become(host, HostState::kReady, since);
  host.ready_at = since;
}

}  // namespace

HostRecord HostOf(const Offer& offer, const std::string& id, const std::string& cluster,
                  const std::string& pool, Time now) {
  HostRecord host;
  host.id = id;
  host.cluster = cluster;
  host.pool = pool;
  host.offer = offer.id;
  host.offer_group = offer.group;
  host.quota = offer.quota;
  host.provider = offer.provider;
  host.location = offer.location;
  host.plan = offer.plan;
  host.cluster_type = offer.cluster_type;
  if (!offer.hypervisors.empty()) host.hypervisor = offer.hypervisors.front();
  host.capacity = offer.capacity;
  host.price_per_hour = offer.price_per_hour;
  host.billing = offer.billing;
  host.created_at = now;
  host.paid_from = now;
  host.machine = "rehearsed-" + id;
  Become(host, HostState::kBooting, now);
  return host;
}

HostRecord ReadyHostOf(const Offer& offer, const std::string& id, const std::string& cluster,
                       const std::string& pool, Time since) {
  HostRecord host = HostOf(offer, id, cluster, pool, since);
  BecomeReady(host, since);
  return host;
}

RehearsedFleet::RehearsedFleet(std::string cluster, FleetPace pace)
    : cluster_(std::move(cluster)), pace_(pace) {}

void RehearsedFleet::Add(HostRecord host) {
  host.cluster = cluster_;
  hosts_.push_back(std::move(host));
}

void RehearsedFleet::Advance(Time now) {
  for (HostRecord& host : hosts_) {
    if (host.next_look > now) continue;
    if (host.state == HostState::kBooting) {
      BecomeReady(host, host.next_look);
    } else if (host.state == HostState::kDraining) {
      Settle(host, host.next_look);
      Become(host, HostState::kGone, host.next_look);
    }
  }
  std::erase_if(hosts_, [](const HostRecord& host) { return !IsLive(host); });
}

void RehearsedFleet::CarryOut(const Plan& plan, Time now) {
  for (HostRecord& host : hosts_) {
    if (std::count(plan.reclaim.begin(), plan.reclaim.end(), host.id) == 0) continue;
    host.goal = HostGoal::kServe;
    Become(host, HostState::kReady, now);
  }
  for (const spillway::GiveBack& back : plan.give_back) {
    const auto host = std::find_if(hosts_.begin(), hosts_.end(),
                                   [&](const HostRecord& h) { return h.id == back.host; });
    if (host != hosts_.end()) GiveBack(*host, now);
  }
  for (const spillway::Take& take : plan.take) Take(take, now);
  Advance(now);  // what takes no time is done
}

void RehearsedFleet::Take(const spillway::Take& take, Time now) {
  for (std::int64_t i = 0; i < take.count; ++i) {
    const std::string id = take.pool + "-new-" + std::to_string(++launches_);
    hosts_.push_back(HostOf(take.offer, id, cluster_, take.pool, now));
    hosts_.back().next_look = now + pace_.start.value_or(take.offer.time_to_ready);
  }
}

void RehearsedFleet::GiveBack(HostRecord& host, Time now) {
  const bool has_guests = host.state >= HostState::kReady;
  host.goal = HostGoal::kRetire;
  Become(host, HostState::kDraining, now);
  host.next_look = has_guests ? now + pace_.drain : now;
}

void RehearsedFleet::Settle(const HostRecord& host, Time now) { settled_ += CostOf(host, now); }

std::int64_t RehearsedFleet::Ready() const {
  return std::count_if(hosts_.begin(), hosts_.end(), IsReady);
}

std::int64_t RehearsedFleet::Usable() const {
  return std::count_if(hosts_.begin(), hosts_.end(), IsUsable);
}

std::map<std::string, std::int64_t> RehearsedFleet::StockRoom(std::span<const Offer> offers) const {
  std::map<std::string, std::int64_t> room;
  for (const Offer& offer : offers) {
    if (offer.stock) room[offer.id] = *offer.stock;
  }
  for (const HostRecord& host : hosts_) {
    const auto of_offer = room.find(host.offer);
    if (of_offer != room.end()) --of_offer->second;
  }
  return room;
}

Money RehearsedFleet::CostUntil(Time now) const {
  Money cost = settled_;
  for (const HostRecord& host : hosts_) cost += CostOf(host, now);
  return cost;
}

}  // namespace spillway
