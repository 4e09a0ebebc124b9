#include "scaler/control/reload.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "scaler/control/control_loop.h"

namespace spillway {
namespace {

constexpr const char* kFirst =
    "; first give them back: limits.hosts.min of 0 and a policy of type manual with ceiling 0";

// Null: the cluster has none of that name.
std::unique_ptr<Policy>* FindPolicy(PolicyList& policies, const std::string& name) {
  const auto found = std::find_if(policies.begin(), policies.end(),
                                  [&](const auto& policy) { return policy->name() == name; });
  return found == policies.end() ? nullptr : &*found;
}

std::string HostsText(std::size_t hosts) {
  return fmt::format("{} {}", hosts, hosts == 1 ? "host" : "hosts");
}

}  // namespace

std::vector<ConfigError> ObjectionsTo(const std::vector<ClusterSpec>& next,
                                      const std::vector<ClusterSpec>& running, const Fleet& fleet) {
  std::vector<ConfigError> objections;
  for (const ClusterSpec& was : running) {
    const std::size_t hosts = fleet.OfCluster(was.name).size();
    if (hosts == 0) continue;
    const std::string path = "clusters[" + was.name + "]";
    const auto is = std::find_if(next.begin(), next.end(),
                                 [&](const ClusterSpec& c) { return c.name == was.name; });
    const auto object = [&](const std::string& at, const std::string& expected) {
      objections.push_back({at, 0,
                            fmt::format("expected {} while the cluster has {}{}", expected,
                                        HostsText(hosts), kFirst)});
    };
    if (is == next.end()) {
      object(path, "it to stay");
      continue;
    }
    if (is->registrar != was.registrar) object(path + ".registrar", was.registrar);
    if (is->workload != was.workload) object(path + ".workload", std::string(Name(was.workload)));
    if (is->hypervisor != was.hypervisor) {
      object(path + ".hypervisor", std::string(Name(was.hypervisor)));
    }
  }
  return objections;
}

std::string_view Name(ReloadResult result) {
  constexpr std::array<std::string_view, kReloadResults> kNames = {"applied", "wrong", "refused",
                                                                   "failed", "impossible"};
  return kNames[static_cast<std::size_t>(result)];
}

bool ReloadOutcome::needs_restart() const {
  return std::any_of(changes.begin(), changes.end(),
                     [](const ConfigChange& change) { return change.needs_restart; });
}

// All that a reload needs, made before it changes anything.
struct ControlLoop::Reload {
  using Place = std::list<Cluster>::iterator;

  Reload(ControlLoop& the_loop, NextClusters the_next)
      : loop(the_loop), next(std::move(the_next)), configured(next.clusters.size()) {
    for (const Learner& learner : loop.learners_) stored[learner.policy] = learner.stored;
    for (const ClusterSpec& spec : next.clusters) {
      const auto known = loop.index_.find(spec.name);
      order.push_back(known == loop.index_.end() ? Add(spec.name) : known->second);
      index[spec.name] = order.back();
    }
    for (std::size_t i = 0; i < order.size(); ++i) Assign(i);
  }

  Place Add(const std::string& name) {
    if (!states) states = loop.store_.Clusters();
    Cluster& cluster = added.emplace_back();
    cluster.state.cluster = name;
    for (const ClusterState& state : *states) {
      if (state.cluster == name) cluster.state = cluster.stored = state;
    }
    return std::prev(added.end());
  }

  // Roles as a person has said, then who goes on, and who takes up what.
  void Assign(std::size_t i) {
    Cluster& cluster = *order[i];
    configured[i] = NamesThatMeasure(next.acting[i]);
    if (cluster.roles && cluster.roles->configured == configured[i]) {
      Exchange(next.acting[i], next.shadows[i], cluster.roles->acting);
    }
    std::vector<const Policy*> acting;
    for (auto& policy : next.acting[i]) acting.push_back(Take(i, policy));
    for (auto& policy : next.shadows[i]) Take(i, policy);
    const bool is_same =
        std::equal(acting.begin(), acting.end(), cluster.policies.begin(), cluster.policies.end(),
                   [](const Policy* a, const auto& b) { return a == b.get(); });
    if (!is_same) act_otherwise.insert(next.clusters[i].name);
  }

  // The one that will be in its place.
  const Policy* Take(std::size_t i, std::unique_ptr<Policy>& made) {
    Cluster& cluster = *order[i];
    std::unique_ptr<Policy>* there = FindPolicy(cluster.policies, made->name());
    if (there == nullptr) there = FindPolicy(cluster.shadows, made->name());
    names.emplace(next.clusters[i].name, made->name());
    const bool goes_on = there != nullptr && next.unchanged[i].contains(made->name());
    if (goes_on) kept.emplace_back(&made, there);
    Learner& learner =
        learners.emplace_back(next.clusters[i].name, goes_on ? there->get() : made.get());
    if (!goes_on && there != nullptr) loop.Recall(learner, (*there)->Memory());
    if (there == nullptr) RecallStored(learner);
    if (there != nullptr) learner.stored = stored[there->get()];
    return learner.policy;
  }

  void RecallStored(Learner& learner) {
    if (!memories) memories = loop.store_.Memories();
    for (const PolicyMemory& memory : *memories) {
      if (memory.cluster != learner.cluster || memory.policy != learner.policy->name()) continue;
      loop.Recall(learner, memory.bytes);
    }
  }

  ControlLoop& loop;
  NextClusters next;
  std::vector<std::vector<std::string>> configured;  // by cluster: names that measure and act
  std::list<Cluster> added;
  std::vector<Place> order;  // of the configuration; among them those of `added`
  std::map<std::string, Place, std::less<>> index;
  // A policy that was made, and the one that goes on in its place.
  std::vector<std::pair<std::unique_ptr<Policy>*, std::unique_ptr<Policy>*>> kept;
  std::vector<Learner> learners;
  std::set<std::pair<std::string, std::string>> names;  // of the same: cluster and policy
  std::set<std::string> act_otherwise;                  // clusters

  // While it is made.
  std::map<const Policy*, std::size_t> stored;
  std::optional<std::vector<ClusterState>> states;
  std::optional<std::vector<PolicyMemory>> memories;
};

std::set<std::string> ControlLoop::Reconfigure(std::vector<ClusterSpec>& clusters,
                                               NextClusters next) {
  Reload reload(*this, std::move(next));
  // Nothing of what follows fails.
  clusters.swap(reload.next.clusters);
  for (const auto& [made, there] : reload.kept) made->swap(*there);
  clusters_.splice(clusters_.end(), reload.added);
  std::list<Cluster> staying;
  for (std::size_t i = 0; i < reload.order.size(); ++i) {
    Cluster& cluster = *reload.order[i];
    cluster.spec = &clusters[i];
    cluster.policies.swap(reload.next.acting[i]);
    cluster.shadows.swap(reload.next.shadows[i]);
    cluster.configured.swap(reload.configured[i]);
    staying.splice(staying.end(), clusters_, reload.order[i]);
  }
  for (Cluster& leaving : clusters_) Forget(leaving);
  clusters_.swap(staying);
  index_.swap(reload.index);
  learners_.swap(reload.learners);
  next_learner_ = 0;
  for (Learner& leaving : reload.learners) {
    if (!reload.names.contains({leaving.cluster, leaving.policy->name()})) Remember(leaving);
  }
  config_ = reload.next.control;
  provisioner_.Reconfigure(reload.next.provision);
  FollowClusters();
  return std::move(reload.act_otherwise);
}

// What would still call for it.
void ControlLoop::Forget(Cluster& cluster) {
  if (cluster.timer != 0) context_.loop.Cancel(cluster.timer);
  std::erase(touched_, &cluster);
}

void ControlLoop::FollowClusters() {
  const Time now = context_.loop.Now();
  offers_.Reconfigure(config_.refresh_offers_every);
  waiting_.SetInterval(config_.ask_for_waiting_guests_every);
  for (Cluster& cluster : clusters_) {
    waiting_.Follow(*cluster.spec, cluster.policies, cluster.shadows);
    MakeDue(cluster, now);
  }
  for (EventLoop::TimerId* timer : {&remembers_, &refreshes_}) {
    if (*timer != 0) context_.loop.Cancel(*timer);
    *timer = 0;
  }
  if (!learners_.empty()) RememberInTurn();
  refreshes_ = context_.loop.At(now, [this] { RefreshPolicies(); });
}

}  // namespace spillway
