#include "scaler/plan/victims.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "scaler/plan/words.h"

namespace spillway {
namespace {

constexpr Duration kPaidGrain = std::chrono::minutes(10);

// What remains while hosts are given back one by one.
class Fleet {
 public:
  explicit Fleet(const PlanInput& input) : input_(input) {
    for (const HostRecord& host : input.hosts) {
      if (IsUsable(host)) {
        ++hosts_;
        usable_ += host.capacity;
        guests_ += host.guests.allocated;
        if (IsReady(host)) free_ += FreeOn(host);
      } else if (IsBeingEmptied(host)) {
        Displace(host);
      }
    }
  }

  // Why `host` must stay; nothing when it may go.
  std::optional<Reason> Keeps(const HostRecord& host) const {
    const Capacity rest = usable_ - host.capacity;
    const Capacity& wanted = input_.decision.wanted;
    if (!rest.Covers(wanted)) {
      return Reason{
          "needed",
          fmt::format("without it {} would be left; {} are wanted", InWords(rest), InWords(wanted)),
          {{"vcpu_left", rest.vcpu}, {"memory_mib_left", rest.memory_mib}}};
    }
    const std::int64_t min_hosts = input_.cluster.limits.min_hosts;
    if (hosts_ <= min_hosts) {
      return Reason{"min_hosts",
                    fmt::format("{} hosts are left; {} is the least", hosts_, min_hosts),
                    {{"hosts", hosts_}, {"min_hosts", min_hosts}}};
    }
    if (!FitsWithout(host)) {
      return Reason{"guests",
                    fmt::format("its {} guests ({}) do not fit on the hosts that stay",
                                host.guests.count, InWords(host.guests.allocated)),
                    {{"guests", host.guests.count},
                     {"guest_vcpu", host.guests.allocated.vcpu},
                     {"guest_memory_mib", host.guests.allocated.memory_mib}}};
    }
    return std::nullopt;
  }

  void GiveBack(const HostRecord& host) {
    --hosts_;
    usable_ = usable_ - host.capacity;
    guests_ = guests_ - host.guests.allocated;
    if (IsReady(host)) free_ = free_ - FreeOn(host);
    Displace(host);
  }

 private:
  // Ready hosts alone can take guests now. One that is overcommitted has nothing free.
  static Capacity FreeOn(const HostRecord& host) {
    return Missing(host.capacity, host.guests.allocated);
  }

  void Displace(const HostRecord& host) { displaced_ += host.guests.allocated; }

  bool FitsWithout(const HostRecord& host) const {
    if (!(usable_ - host.capacity).Covers(guests_ + displaced_)) return false;
    if (host.guests.allocated.IsZero()) return true;
    const Capacity free = IsReady(host) ? free_ - FreeOn(host) : free_;
    return free.Covers(displaced_ + host.guests.allocated);
  }

  const PlanInput& input_;
  std::int64_t hosts_ = 0;
  Capacity usable_;
  Capacity guests_;     // on hosts that stay
  Capacity displaced_;  // on hosts that go: they must move to those that stay
  Capacity free_;       // on ready hosts that stay
};

// Reasons that do not depend on what the others do.
std::optional<Reason> MustStay(const PlanInput& input, const HostRecord& host) {
  if (host.is_protected) return Reason{"protected", "is protected", {}};
  if (host.state != HostState::kReady) return std::nullopt;
  const Duration ready_for = input.now - host.ready_at.value_or(host.state_since);
  const Duration least = input.cluster.limits.min_lifetime;
  if (ready_for >= least) return std::nullopt;
  return Reason{"too_young",
                fmt::format("has been ready for {:.0f} s; {:.0f} s is the least",
                            Seconds(ready_for), Seconds(least)),
                {{"ready_seconds", Seconds(ready_for)}, {"min_lifetime_seconds", Seconds(least)}}};
}

std::vector<Fact> FactsOf(const VictimTerms& terms) {
  return {{"rung", static_cast<std::int64_t>(terms.rung)},
          {"state", std::string(Name(terms.state))},
          {"price_per_hour", terms.price_per_hour.ToDouble()},
          {"guests", terms.guests},
          {"paid_left_seconds", Seconds(terms.paid_left)},
          {"age_seconds", Seconds(terms.age)}};
}

Reason Chosen(const VictimTerms& terms) {
  return {
      "chosen",
      fmt::format("goes: {} on rung {} of the ladder at {} an hour with {} guests",
                  Name(terms.state), terms.rung + 1, InWords(terms.price_per_hour), terms.guests),
      {}};
}

struct Candidate {
  VictimTerms terms;
  const HostRecord* host = nullptr;
};

// Usable hosts, those that go first in front.
std::vector<Candidate> Candidates(const PlanInput& input) {
  std::vector<Candidate> candidates;
  for (const HostRecord& host : input.hosts) {
    if (IsUsable(host)) candidates.push_back({TermsOf(input, host), &host});
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return GoesBefore(a.terms, b.terms); });
  return candidates;
}

}  // namespace

std::size_t RungOf(const ClusterSpec& cluster, const std::string& pool) {
  const auto& ladder = cluster.ladder;
  const auto found = std::find_if(ladder.begin(), ladder.end(),
                                  [&](const PoolSpec& spec) { return spec.name == pool; });
  return static_cast<std::size_t>(found - ladder.begin());
}

VictimTerms TermsOf(const PlanInput& input, const HostRecord& host) {
  VictimTerms terms;
  terms.rung = RungOf(input.cluster, host.pool);
  terms.state = host.state;
  terms.price_per_hour = host.price_per_hour;
  terms.guests = host.guests.count;
  terms.age = input.now - host.created_at;
  terms.host = host.id;
  if (host.paid_from && host.state == HostState::kReady) {
    const Duration used = std::max(input.now - *host.paid_from, Duration(0));
    terms.paid_left = PaidTime(host.billing, used) - used;
  }
  return terms;
}

bool GoesBefore(const VictimTerms& a, const VictimTerms& b) {
  const auto a_paid = a.paid_left / kPaidGrain;
  const auto b_paid = b.paid_left / kPaidGrain;
  // High rungs and prices first, low values of the rest.
  return std::tie(b.rung, a.state, b.price_per_hour, a_paid, a.guests, a.age, a.host) <
         std::tie(a.rung, b.state, a.price_per_hour, b_paid, b.guests, b.age, b.host);
}

void GiveBackSurplus(const PlanInput& input, Plan& plan) {
  const Fleet whole(input);
  Fleet fleet = whole;
  std::optional<std::size_t> lowest_victim;
  for (const Candidate& candidate : Candidates(input)) {
    const HostRecord& host = *candidate.host;
    std::optional<Reason> reason = MustStay(input, host);
    if (!reason) reason = fleet.Keeps(host);
    const bool is_chosen = !reason;
    if (is_chosen) {
      reason = Chosen(candidate.terms);
      lowest_victim = candidate.terms.rung;
      fleet.GiveBack(host);
    } else if (reason->code == "needed" && !whole.Keeps(host)) {
      const bool is_lower = candidate.terms.rung < *lowest_victim;
      reason->code = is_lower ? "lower_rung" : "outscored";
      reason->text +=
          is_lower ? "; hosts higher on the ladder go instead" : "; others of its rung go instead";
    }
    const std::vector<Fact> facts = FactsOf(candidate.terms);
    reason->facts.insert(reason->facts.end(), facts.begin(), facts.end());
    if (is_chosen) plan.give_back.push_back({host.id, *reason});
    plan.hosts.push_back({host.id, host.pool, is_chosen, *std::move(reason)});
  }
}

}  // namespace spillway
