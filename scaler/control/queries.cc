#include "scaler/control/queries.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "scaler/plan/eligibility.h"

namespace spillway {
namespace {

constexpr std::int64_t kBatch = 100;
// A page may be short, with a cursor, so that no request holds up the loop for long.
constexpr std::int64_t kMostLookedAt = 2000;

// Decisions of the same millisecond are told apart by their ids.
std::vector<DecisionRecord>::iterator After(std::vector<DecisionRecord>& records,
                                            const DecisionCursor& cursor) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const DecisionRecord& r) {
    return r.decision.id == cursor.id;
  });
  if (found != records.end()) return std::next(found);
  return std::find_if(records.begin(), records.end(),
                      [&](const DecisionRecord& r) { return r.decision.time < cursor.time; });
}

}  // namespace

std::string TextOf(const DecisionCursor& cursor) {
  return std::to_string(cursor.time.time_since_epoch().count()) + "~" + cursor.id;
}

std::optional<DecisionCursor> DecisionCursorFrom(std::string_view text) {
  std::int64_t ms = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  const std::string_view rest = text.substr(static_cast<std::size_t>(stop - text.data()));
  const bool fits = ms >= 0 && ms < kDistantFuture.time_since_epoch().count();
  if (error != std::errc() || !fits || rest.size() < 2 || rest.front() != '~') return std::nullopt;
  return DecisionCursor{Time(Duration(ms)), std::string(rest.substr(1))};
}

std::optional<ClusterLook> Queries::FindCluster(std::string_view name) const {
  for (const ClusterLook& look : control_.Clusters()) {
    if (look.spec.name == name) return look;
  }
  return std::nullopt;
}

std::vector<HostRecord> Queries::Hosts(bool gone) const {
  if (gone) return store_.Hosts(/*gone=*/true);
  std::vector<HostRecord> hosts = control_.fleet().All();
  std::sort(hosts.begin(), hosts.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return hosts;
}

std::optional<HostRecord> Queries::FindHost(const std::string& id) const {
  if (const HostRecord* live = control_.fleet().Find(id)) return *live;
  return store_.FindHost(id);
}

DecisionPage Queries::Decisions(const DecisionFilter& filter) const {
  DecisionPage page;
  std::optional<DecisionCursor> at = filter.cursor;
  std::int64_t batch = kBatch;
  for (std::int64_t looked_at = 0; looked_at < kMostLookedAt;) {
    const auto before = at ? std::optional(at->time + Duration(1)) : filter.before;
    std::vector<DecisionRecord> records = store_.Decisions({filter.cluster, before, batch});
    const bool is_last = std::ssize(records) < batch;
    const auto first = at ? After(records, *at) : records.begin();
    if (first == records.end() && !is_last) {
      batch *= 2;  // more decisions of one millisecond than fit
      continue;
    }
    for (auto record = first; record != records.end(); ++record, ++looked_at) {
      const Decision& decision = record->decision;
      if (filter.since && decision.time < *filter.since) return page;
      const bool is_wanted = !filter.sees || filter.sees(decision.cluster);
      if (is_wanted && std::ssize(page.decisions) == filter.limit) {
        page.next = at;
        return page;
      }
      at = DecisionCursor{decision.time, decision.id};
      if (is_wanted) page.decisions.push_back(std::move(*record));
    }
    if (is_last) return page;
  }
  page.next = at;
  return page;
}

std::optional<DecisionRecord> Queries::FindDecision(const std::string& id) const {
  return store_.FindDecision(id);
}

// A decision's id ends with its number, so the one after it can be named.
std::optional<DecisionInForce> Queries::InForce(const std::string& cluster, Time at) const {
  std::vector<DecisionRecord> found = store_.Decisions({cluster, at + Duration(1), 1});
  if (found.empty()) return std::nullopt;
  DecisionInForce in_force{std::move(found.front()), std::nullopt};
  const std::string& id = in_force.record.decision.id;
  std::int64_t number = 0;
  const std::size_t digits = id.rfind('-') + 1;
  std::from_chars(id.data() + digits, id.data() + id.size(), number);
  if (const auto next = store_.FindDecision(cluster + "-" + std::to_string(number + 1))) {
    in_force.until = next->decision.time;
  }
  return in_force;
}

std::vector<JudgedForPool> Queries::OffersFor(const ClusterSpec& cluster) const {
  const Market market = control_.MarketFor(cluster, control_.now());
  const Decision nothing;
  const PlanInput plan{control_.now(),    cluster,         nothing, {},
                       market.offers,     market.backoffs, {},      {},
                       market.round_trips};
  std::vector<JudgedForPool> judged;
  for (const PoolSpec& pool : cluster.ladder) {
    for (const Offer& offer : market.offers) {
      if (offer.provider != pool.provider) continue;
      judged.push_back({&offer, pool.name, WhyNot(plan, pool, offer)});
    }
  }
  return judged;
}

}  // namespace spillway
