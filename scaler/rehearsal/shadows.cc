#include "scaler/rehearsal/shadows.h"

#include <utility>

namespace spillway {
namespace {

std::int64_t Launched(const DecisionRecord& record) {
  std::int64_t launched = 0;
  if (!record.acted) return launched;
  for (const Take& take : record.plan.take) launched += take.count;
  return launched;
}

}  // namespace

void Shadows::Recall(ShadowScore score) {
  const Key key(score.cluster, score.policy);
  recalled_[key] = std::move(score);
}

void Shadows::Reconfigure(
    std::map<std::string, ShadowSetup> setups,
    const std::function<const ClusterSpec&(const std::string&)>& cluster,
    const std::function<bool(const std::string&, const std::string&)>& goes_on) {
  setups_ = std::move(setups);
  const auto is_over = [&](const auto& entry) {
    return !goes_on(entry.first.first, entry.first.second);
  };
  std::erase_if(recalled_, is_over);
  std::erase_if(shadows_, is_over);
  for (auto& [key, shadow] : shadows_) shadow.MoveTo(cluster(key.first));
}

void Shadows::OnEvaluation(const SeenEvaluation& seen) {
  for (std::size_t i = 0; i < seen.shadows.size(); ++i) {
    Policy* const alone = seen.shadows[i].get();
    const ShadowMoment moment{seen.now,
                              seen.hosts,
                              seen.evaluation.record.decision.recommendations,
                              seen.acting,
                              seen.before,
                              seen.observations,
                              {&seen.shadows_waiting[i], 1},
                              seen.market,
                              Launched(seen.evaluation.record)};
    Find(seen, *alone).Follow(moment, {&alone, 1});
  }
  // What is left is of policies that are no more.
  std::erase_if(recalled_,
                [&](const auto& entry) { return entry.first.first == seen.cluster.name; });
}

void Shadows::OnRoles(const PolicyRoles& roles, Time /*now*/) {
  std::erase_if(shadows_, [&](const auto& entry) { return entry.first.first == roles.cluster; });
  std::erase_if(recalled_, [&](const auto& entry) {
    return entry.first.first == roles.cluster && entry.second.since < roles.since;
  });
}

std::vector<ShadowScore> Shadows::Scores() const {
  std::vector<ShadowScore> scores;
  for (const auto& [key, score] : recalled_) scores.push_back(score);
  for (const auto& [key, shadow] : shadows_) scores.push_back(shadow.score());
  return scores;
}

Shadow& Shadows::Find(const SeenEvaluation& seen, const Policy& policy) {
  const Key key(seen.cluster.name, policy.name());
  const auto known = shadows_.find(key);
  if (known != shadows_.end()) return known->second;
  ShadowScore score;
  score.cluster = key.first;
  score.policy = key.second;
  if (const auto recalled = recalled_.find(key); recalled != recalled_.end()) {
    score = std::move(recalled->second);
    recalled_.erase(recalled);
  }
  const ShadowSetup& setup = setups_.at(seen.cluster.name);
  const auto made = shadows_.try_emplace(
      key, seen.cluster, setup.objective,
      std::vector<std::vector<Measure>>{setup.measures(policy.name())}, std::move(score));
  return made.first->second;
}

}  // namespace spillway
