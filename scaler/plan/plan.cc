#include "scaler/plan/plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>

#include "scaler/plan/ladder.h"
#include "scaler/plan/victims.h"
#include "scaler/plan/words.h"

namespace spillway {
namespace {

Capacity UsableOf(std::span<const HostRecord> hosts) {
  Capacity usable;
  for (const HostRecord& host : hosts) {
    if (IsUsable(host)) usable += host.capacity;
  }
  return usable;
}

// Hosts on their way down, the one that is soonest and best back in service first.
std::vector<const HostRecord*> Reclaimable(const PlanInput& input) {
  std::vector<const HostRecord*> hosts;
  for (const HostRecord& host : input.hosts) {
    if (IsReclaimable(host)) hosts.push_back(&host);
  }
  const auto terms = [&](const HostRecord* host) {
    return std::make_tuple(host->state, host->price_per_hour, RungOf(input.cluster, host->pool),
                           std::cref(host->id));
  };
  std::sort(hosts.begin(), hosts.end(),
            [&](const HostRecord* a, const HostRecord* b) { return terms(a) < terms(b); });
  return hosts;
}

// The first hosts that help, less those that the later ones make superfluous.
std::vector<const HostRecord*> OnlyAsManyAsHelp(const std::vector<const HostRecord*>& hosts,
                                                const Capacity& missing,
                                                const std::optional<Capacity>& room) {
  std::vector<const HostRecord*> taken;
  Capacity total;
  for (const HostRecord* host : hosts) {
    if (total.Covers(missing)) break;
    if (room && !room->Covers(total + host->capacity)) continue;
    taken.push_back(host);
    total += host->capacity;
  }
  for (std::size_t i = taken.size(); i-- > 0;) {
    const Capacity rest = total - taken[i]->capacity;
    if (!rest.Covers(Min(total, missing))) continue;
    total = rest;
    taken.erase(taken.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return taken;
}

// Takes hosts back that are on their way down; returns their capacity.
Capacity Reclaim(const PlanInput& input, const Capacity& usable, const Capacity& missing,
                 Plan& plan) {
  std::optional<Capacity> room;
  if (input.cluster.limits.max_capacity) room = Missing(*input.cluster.limits.max_capacity, usable);
  const auto hosts = Reclaimable(input);
  const auto taken = OnlyAsManyAsHelp(hosts, missing, room);
  Capacity total;
  for (const HostRecord* host : hosts) {
    const bool is_taken = std::find(taken.begin(), taken.end(), host) != taken.end();
    const std::string state(Name(host->state));
    Reason reason{is_taken ? "reclaimed" : "not_needed",
                  is_taken
                      ? fmt::format("{} while on its way down: taken back, at no cost", state)
                      : "others that go down cover it, or it would exceed the largest capacity",
                  {{"state", state},
                   {"vcpu", host->capacity.vcpu},
                   {"memory_mib", host->capacity.memory_mib}}};
    plan.hosts.push_back({host->id, host->pool, is_taken, std::move(reason)});
    if (!is_taken) continue;
    plan.reclaim.push_back(host->id);
    total += host->capacity;
  }
  return total;
}

Plan Grow(const PlanInput& input, const Capacity& usable) {
  Plan plan;
  const Capacity& wanted = input.decision.wanted;
  const Capacity there = usable + Reclaim(input, usable, Missing(wanted, usable), plan);
  plan.shortfall = Missing(wanted, there);
  if (plan.shortfall.IsZero()) return plan;
  if (input.decision.may_buy) {
    plan.shortfall = ClimbLadder(input, there, plan.shortfall, plan);
  } else {
    plan.reasons.push_back(
        {"held_down",
         fmt::format("nothing is bought for now; {} are missing", InWords(plan.shortfall)),
         {{"vcpu", plan.shortfall.vcpu}, {"memory_mib", plan.shortfall.memory_mib}}});
  }
  return plan;
}

}  // namespace

Plan MakePlan(const PlanInput& input) {
  const Capacity usable = UsableOf(input.hosts);
  if (!usable.Covers(input.decision.wanted)) return Grow(input, usable);
  Plan plan;
  const bool has_surplus = usable != input.decision.wanted;
  if (has_surplus && input.decision.may_shrink) GiveBackSurplus(input, plan);
  return plan;
}

}  // namespace spillway
