#include "scaler/decide/decide.h"

#include <fmt/core.h>

#include <algorithm>

#include "scaler/decide/books.h"
#include "scaler/decide/merge.h"
#include "scaler/decide/stabilise.h"
#include "scaler/decide/words.h"

namespace spillway {
namespace {

// The number on its way through the stages.
struct Draft {
  Capacity wanted;
  std::vector<Reason>& reasons;

  void Change(Capacity to, std::string code, std::string text, std::vector<Fact> facts = {}) {
    if (to == wanted) return;
    facts.insert(facts.begin(), {{"from_vcpu", wanted.vcpu}, {"to_vcpu", to.vcpu}});
    wanted = to;
    reasons.push_back({std::move(code), std::move(text), std::move(facts)});
  }
};

Capacity Sum(std::span<const HostRecord> hosts, bool (*counts)(const HostRecord&)) {
  Capacity sum;
  for (const HostRecord& host : hosts) {
    if (counts(host)) sum += host.capacity;
  }
  return sum;
}

void Stabilise(const DecideInput& in, const Capacity& previous, ClusterState& state, Draft& draft) {
  Remember(state, draft.wanted, in.cluster.limits.stabilisation, in.now);
  const Capacity calm =
      Stabilised(state, draft.wanted, previous, in.cluster.limits.stabilisation, in.now);
  draft.Change(calm, "stabilised",
               fmt::format("{} was wanted within the stabilisation window", Words(calm)));
}

void LimitStep(const DecideInput& in, const Capacity& previous, Draft& draft) {
  const PerDirection<std::int64_t>& step = in.cluster.limits.step;
  if (step.out > 0) {
    draft.Change(Min(draft.wanted, previous + in.cluster.host_size * step.out), "step_out",
                 fmt::format("at most {} hosts are added at once", step.out));
  }
  if (step.in > 0) {
    draft.Change(Max(draft.wanted, previous - in.cluster.host_size * step.in), "step_in",
                 fmt::format("at most {} hosts are given back at once", step.in));
  }
}

void CoolDown(const DecideInput& in, const Capacity& previous, Draft& draft) {
  const PerDirection<Duration>& cooldown = in.cluster.limits.cooldown;
  const Time out_from = in.state.last_out + cooldown.out;
  const Time in_from = std::max(in.state.last_out, in.state.last_in) + cooldown.in;
  if (in.now < out_from) {
    draft.Change(Min(draft.wanted, previous), "cooldown_out",
                 fmt::format("it grew {:.0f} s ago and may grow again in {:.0f} s",
                             Seconds(in.now - in.state.last_out), Seconds(out_from - in.now)));
  }
  if (in.now < in_from) {
    draft.Change(Max(draft.wanted, previous), "cooldown_in",
                 fmt::format("it changed {:.0f} s ago and may shrink in {:.0f} s",
                             Seconds(in.now - std::max(in.state.last_out, in.state.last_in)),
                             Seconds(in_from - in.now)));
  }
}

void ApplyLimits(const ClusterSpec& cluster, Draft& draft) {
  const Limits& limits = cluster.limits;
  const Capacity least = Max(limits.min_capacity, cluster.host_size * limits.min_hosts);
  const Capacity most = Min(limits.max_capacity.value_or(cluster.host_size * limits.max_hosts),
                            cluster.host_size * limits.max_hosts);
  draft.Change(Max(draft.wanted, least), "minimum",
               fmt::format("the cluster's minimum is {}", Words(least)));
  draft.Change(Min(draft.wanted, most), "maximum",
               fmt::format("the cluster's maximum is {}", Words(most)));
}

// A number that a person has said does not wait for cooldowns; the stages before go on remembering
// what the policies want, for the time after it.
void ObeyScale(const std::optional<ManualScale>& scale, Decision& decision, Draft& draft) {
  if (!scale) return;
  decision.may_shrink = true;  // somebody said so; it is not a guess
  decision.reasons.push_back(
      {"manual_scale",
       fmt::format("{} wants exactly {}{}{}", scale->word.by, Words(scale->wanted),
                   WordsOfEnd(scale->until), WordsOfReason(scale->word)),
       {{"by", scale->word.by},
        {"from_vcpu", draft.wanted.vcpu},
        {"to_vcpu", scale->wanted.vcpu}}});
  draft.wanted = scale->wanted;
}

// While the month is overdrawn the dearest hosts have to go, until what is left fits.
void KeepMonthlyEnvelope(const DecideInput& in, const MoneyState& money, Decision& decision,
                         Draft& draft) {
  Money over = Money{} - money.room_this_month;
  if (over <= Money{}) return;
  std::vector<const HostRecord*> dearest;
  for (const HostRecord& host : in.hosts) {
    if (IsUsable(host) && host.price_per_hour > Money{}) dearest.push_back(&host);
  }
  std::stable_sort(dearest.begin(), dearest.end(), [](const auto* a, const auto* b) {
    return a->price_per_hour > b->price_per_hour;
  });
  Capacity carried = decision.usable;
  for (const HostRecord* host : dearest) {
    if (over <= Money{}) break;
    over = over - Cost(host->price_per_hour, host->billing, in.cluster.money.reserve);
    carried = carried - host->capacity;
  }
  decision.may_shrink = true;
  draft.Change(
      Min(draft.wanted, carried), "overdrawn",
      fmt::format("the month's envelope of {} is overdrawn by {}: paid hosts have to go",
                  Words(in.cluster.money.per_month), Words(Money{} - money.room_this_month)));
}

void SayWhatStopsBuying(const DecideInput& in, Decision& decision) {
  const MoneyState& money = decision.money;
  if (money.room_per_hour <= Money{}) {
    decision.reasons.push_back(
        {"envelope_full_hour",
         fmt::format("the hourly envelope of {} is full: {} an hour runs",
                     Words(in.cluster.money.per_hour), Words(money.running_per_hour)),
         {{"per_hour", in.cluster.money.per_hour.ToDouble()}}});
  }
  if (money.room_this_month <= Money{}) {
    decision.reasons.push_back(
        {"envelope_full_month",
         fmt::format("the month's envelope of {} is full: {} spent, {} reserved",
                     Words(in.cluster.money.per_month), Words(money.spent_this_month),
                     Words(money.reserved)),
         {{"per_month", in.cluster.money.per_month.ToDouble()}}});
  }
  if (in.now < in.state.held_down_until) {
    decision.may_buy = false;
    decision.reasons.push_back(
        {"held_down",
         fmt::format("too many hosts failed: nothing is bought for another {:.0f} s",
                     Seconds(in.state.held_down_until - in.now)),
         {{"seconds", Seconds(in.state.held_down_until - in.now)}}});
  }
}

// Wanted is what there is, so that nothing winds up meanwhile.
void ObeyPause(const std::optional<Pause>& pause, Decision& decision, Draft& draft) {
  if (!pause) return;
  decision.may_shrink = false;
  decision.may_buy = false;
  decision.reasons.push_back(
      {"paused",
       fmt::format("{} paused it{}{}; without that {} would be wanted", pause->word.by,
                   WordsOfEnd(pause->until), WordsOfReason(pause->word), Words(draft.wanted)),
       {{"by", pause->word.by},
        {"from_vcpu", draft.wanted.vcpu},
        {"to_vcpu", decision.usable.vcpu}}});
  draft.wanted = decision.usable;
}

Verdict VerdictOf(const DecideInput& in, const Decision& decision) {
  if (!decision.usable.Covers(decision.wanted)) return Verdict::kGrow;
  const bool has_spare_host =
      std::any_of(in.hosts.begin(), in.hosts.end(), [&](const HostRecord& host) {
        return IsUsable(host) && (decision.usable - host.capacity).Covers(decision.wanted);
      });
  return has_spare_host && decision.may_shrink ? Verdict::kShrink : Verdict::kHold;
}

void RememberChange(const Decision& decision, ClusterState& state) {
  const Capacity& from = decision.previous;
  const Capacity& to = decision.wanted;
  state.wanted = to;
  state.has_decided = true;
  if (state.orders.pause) return;
  if (to.vcpu > from.vcpu || to.memory_mib > from.memory_mib) state.last_out = decision.time;
  if (to.vcpu < from.vcpu || to.memory_mib < from.memory_mib) state.last_in = decision.time;
}

}  // namespace

DecideResult Decide(const DecideInput& in) {
  DecideResult result{{}, in.state};
  result.state.orders = InForce(in.state.orders, in.now);
  const ClusterOrders& orders = result.state.orders;
  Decision& decision = result.decision;
  decision.cluster = in.cluster.name;
  decision.time = in.now;
  decision.ready = Sum(in.hosts, IsReady);
  decision.usable = Sum(in.hosts, IsUsable);
  decision.previous = in.state.has_decided ? in.state.wanted : decision.usable;
  decision.money = MoneyOf(in.cluster.money, in.state, in.hosts, in.now);
  decision.signals = in.signals;
  decision.recommendations.assign(in.recommendations.begin(), in.recommendations.end());

  Merged merged = Merge(in.recommendations, decision.previous);
  decision.may_shrink = merged.may_shrink;
  decision.reasons = std::move(merged.reasons);
  decision.near = std::move(merged.near);
  decision.piece = merged.piece;

  Draft draft{merged.wanted, decision.reasons};
  Stabilise(in, decision.previous, result.state, draft);
  LimitStep(in, decision.previous, draft);
  CoolDown(in, decision.previous, draft);
  ObeyScale(orders.scale, decision, draft);
  ApplyLimits(in.cluster, draft);
  KeepMonthlyEnvelope(in, decision.money, decision, draft);
  SayWhatStopsBuying(in, decision);
  ObeyPause(orders.pause, decision, draft);

  decision.wanted = draft.wanted;
  decision.verdict = VerdictOf(in, decision);
  RememberChange(decision, result.state);
  result.state.signals = in.signals;
  result.state.signals_at = in.now;
  return result;
}

ClusterState AfterFailure(const ClusterSpec& cluster, ClusterState state, Time now) {
  const HoldDown& rule = cluster.limits.hold_down;
  std::erase_if(state.failures, [&](Time t) { return t + rule.window <= now; });
  state.failures.push_back(now);
  if (static_cast<std::int64_t>(state.failures.size()) < rule.failures) return state;

  const bool was_quiet = state.held_down_until + rule.longest < now;
  if (was_quiet) state.hold_downs = 0;
  Duration length = rule.first;
  for (std::int64_t i = 0; i < state.hold_downs && length < rule.longest; ++i) length *= 2;
  state.held_down_until = now + std::min(length, rule.longest);
  ++state.hold_downs;
  state.failures.clear();
  return state;
}

}  // namespace spillway
