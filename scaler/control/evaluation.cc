#include "scaler/control/evaluation.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "scaler/decide/decide.h"
#include "scaler/plan/eligibility.h"
#include "scaler/plan/plan.h"

namespace spillway {
namespace {

// How long hosts take from the decision to readiness: what nine of ten kept to.
std::optional<Duration> TimeToReady(std::span<const HostRecord> hosts) {
  std::vector<Duration> times;
  for (const HostRecord& host : hosts) {
    if (host.ready_at) times.push_back(*host.ready_at - host.created_at);
  }
  if (times.empty()) return std::nullopt;
  const auto nine_of_ten = times.begin() + static_cast<std::ptrdiff_t>((times.size() - 1) * 9 / 10);
  std::nth_element(times.begin(), nine_of_ten, times.end());
  return *nine_of_ten;
}

// Whatever back-offs, limits and stocks say now: those come and go, and a guest that is too large
// stays so.
std::vector<Capacity> SizesThatCanBeHad(const EvaluationInput& in) {
  const Market market = in.market();
  const Decision nothing;
  const PlanInput plan{in.now, in.cluster, nothing, in.hosts,          market.offers,
                       {},     {},         {},      market.round_trips};
  std::vector<Capacity> sizes;
  for (const PoolSpec& pool : in.cluster.ladder) {
    for (const Offer& offer : market.offers) {
      const bool fits = offer.provider == pool.provider && !WhyNot(plan, pool, offer);
      const bool is_new = std::find(sizes.begin(), sizes.end(), offer.capacity) == sizes.end();
      if (fits && is_new) sizes.push_back(offer.capacity);
    }
  }
  return sizes;
}

void AddRoomsAndSizes(const EvaluationInput& in, ClusterView& view) {
  for (const HostRecord& host : in.hosts) {
    if (!IsUsable(host)) continue;
    view.rooms.push_back({host.capacity, Missing(host.capacity, host.guests.allocated),
                          IsReady(host) ? host.ready_at : std::nullopt});
  }
  view.sizes = SizesThatCanBeHad(in);
}

std::vector<Recommendation> Recommend(const EvaluationInput& in) {
  std::vector<Recommendation> recommendations;
  const bool places_guests = std::any_of(in.policies.begin(), in.policies.end(),
                                         [](const auto& p) { return !p->waiting().empty(); });
  PolicyInput input{in.now, ViewOf(in, places_guests), {}};
  for (std::size_t i = 0; i < in.policies.size(); ++i) {
    input.signals = in.signals[i];
    if (!in.waiting.empty()) input.waiting = in.waiting[i];
    recommendations.push_back(in.policies[i]->Evaluate(input));
    recommendations.back().policy = in.policies[i]->name();
  }
  return recommendations;
}

// Each signal once, although several policies may look at it.
std::vector<Signal> Distinct(const PolicySignals& signals) {
  std::vector<Signal> all;
  for (const std::vector<Signal>& of_policy : signals) {
    for (const Signal& signal : of_policy) {
      if (std::find(all.begin(), all.end(), signal) == all.end()) all.push_back(signal);
    }
  }
  return all;
}

bool SameCodes(const std::vector<Reason>& a, const std::vector<Reason>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Reason& x, const Reason& y) { return x.code == y.code; });
}

}  // namespace

PolicySignals ObserveSignals(std::span<const std::unique_ptr<Policy>> policies,
                             const std::string& cluster, const Observations& observations,
                             Time now) {
  PolicySignals signals;
  for (const auto& policy : policies) {
    std::vector<Signal>& of_policy = signals.emplace_back();
    for (const SignalSpec& spec : policy->signals()) {
      of_policy.push_back(observations.Evaluate(cluster, spec, now));
    }
  }
  return signals;
}

Evaluation Evaluate(const EvaluationInput& in) {
  return Conclude(in, Recommend(in), Distinct(in.signals));
}

ClusterView ViewOf(const EvaluationInput& in, bool places_guests) {
  ClusterView view;
  view.name = in.cluster.name;
  view.host_size = in.cluster.host_size;
  for (const HostRecord& host : in.hosts) {
    if (!IsUsable(host)) continue;
    view.usable += host.capacity;
    ++view.usable_hosts;
    if (!IsReady(host)) continue;
    view.ready += host.capacity;
    ++view.ready_hosts;
  }
  view.wanted = in.state.wanted;
  view.time_to_ready = TimeToReady(in.hosts);
  if (places_guests) AddRoomsAndSizes(in, view);
  return view;
}

Evaluation Conclude(const EvaluationInput& in, std::span<const Recommendation> recommendations,
                    std::vector<Signal> signals) {
  DecideResult decided =
      Decide({in.now, in.cluster, in.state, in.hosts, recommendations, std::move(signals)});
  Evaluation evaluation{{std::move(decided.decision), {}, false}, std::move(decided.state)};
  const Decision& decision = evaluation.record.decision;
  if (decision.verdict != Verdict::kHold) {
    const Market market = in.market();
    evaluation.record.plan =
        MakePlan({in.now, in.cluster, decision, in.hosts, market.offers, market.backoffs,
                  market.quota_room, market.stock_room, market.round_trips});
  }
  evaluation.record.acted = !in.cluster.dry_run && !evaluation.record.plan.IsEmpty();
  return evaluation;
}

bool IsNews(const DecisionRecord& now, const DecisionRecord& last) {
  const auto steps = [](const Plan& p) { return std::tie(p.reclaim, p.take, p.give_back); };
  return now.acted || steps(now.plan) != steps(last.plan) ||
         now.decision.wanted != last.decision.wanted ||
         now.decision.verdict != last.decision.verdict ||
         !SameCodes(now.decision.reasons, last.decision.reasons) ||
         !SameCodes(now.plan.reasons, last.plan.reasons);
}

}  // namespace spillway
