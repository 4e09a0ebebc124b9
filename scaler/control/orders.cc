#include "scaler/control/orders.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "scaler/plan/words.h"
#include "scaler/provision/host_orders.h"

namespace spillway {
namespace {

bool Has(const std::vector<Reason>& reasons, const Reason& reason) {
  return std::any_of(reasons.begin(), reasons.end(), [&](const Reason& r) { return r == reason; });
}

std::vector<std::string> StepsOf(const Plan& plan) {
  std::vector<std::string> steps;
  for (const std::string& host : plan.reclaim) {
    steps.push_back(host + " is taken back from its way down");
  }
  for (const Take& take : plan.take) {
    steps.push_back(fmt::format("{} of {} {} taken for pool {}, at {} an hour each", take.count,
                                take.offer.id, take.count == 1 ? "is" : "are", take.pool,
                                InWords(take.offer.price_per_hour)));
  }
  for (const GiveBack& given : plan.give_back) steps.push_back(given.host + " is given back");
  if (steps.empty()) steps.emplace_back("nothing is bought and nothing is given back");
  return steps;
}

std::vector<std::string> WordsOf(const DecisionRecord& before, const DecisionRecord& after) {
  const Capacity& was = before.decision.wanted;
  const Capacity& is = after.decision.wanted;
  std::vector<std::string> words;
  words.push_back(was == is
                      ? fmt::format("{} are wanted, as without it", InWords(is))
                      : fmt::format("{} are wanted instead of {}", InWords(is), InWords(was)));
  for (const Reason& reason : after.decision.reasons) {
    if (!Has(before.decision.reasons, reason)) words.push_back(reason.text);
  }
  const std::vector<std::string> steps = StepsOf(after.plan);
  words.insert(words.end(), steps.begin(), steps.end());
  if (!after.plan.shortfall.IsZero()) {
    words.push_back(InWords(after.plan.shortfall) + " cannot be had");
  }
  return words;
}

}  // namespace

void Orders::Give(const std::string& cluster, const ClusterOrders& orders) {
  control_.Obey(cluster, orders);
}

Preview Orders::Foresee(const std::string& cluster, const ClusterOrders& orders) {
  ClusterOrders now;
  for (const ClusterLook& look : control_.Clusters()) {
    if (look.spec.name == cluster) now = look.state.orders;
  }
  Preview preview{control_.Foresee(cluster, now), control_.Foresee(cluster, orders), {}};
  preview.words = WordsOf(preview.before, preview.after);
  return preview;
}

Result<HostRecord> Orders::Give(const HostRecord& host, const HostOrder& order) {
  return control_.Obey(host, order);
}

Result<HostRecord> Orders::Foresee(const HostRecord& host, const HostOrder& order) const {
  return Ordered(host, order, control_.now());
}

Result<PolicyRoles> Orders::ForeseePromoted(const ClusterLook& cluster,
                                            const std::string& policy) const {
  std::vector<std::string> known = NamesThatMeasure(cluster.shadows);
  const std::vector<std::string> acting = NamesThatMeasure(cluster.acting);
  known.insert(known.end(), acting.begin(), acting.end());
  if (std::count(known.begin(), known.end(), policy) == 0) {
    return Error{ErrorKind::kNotFound, "cluster " + cluster.spec.name, "",
                 fmt::format("{} has no policy {} that measures anything; it has {}",
                             cluster.spec.name, policy, fmt::join(known, ", "))};
  }
  return PolicyRoles{cluster.spec.name, {policy}, cluster.configured, control_.now()};
}

Result<PolicyRoles> Orders::Promote(const ClusterLook& cluster, const std::string& policy) {
  Result<PolicyRoles> roles = ForeseePromoted(cluster, policy);
  if (!roles) return roles;
  journal_.Put(NoteOf(*roles));
  control_.TakeRoles({*roles});
  return roles;
}

}  // namespace spillway
