// The service on one screen: samples in; observe → recommend → decide → plan; provisioning out.
// Loop thread only.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policies/policy.h"
#include "scaler/control/evaluation.h"
#include "scaler/control/offer_book.h"
#include "scaler/control/roles.h"
#include "scaler/control/waiting_book.h"
#include "scaler/control/watcher.h"
#include "scaler/model/sample.h"
#include "scaler/observe/observations.h"
#include "scaler/provision/provisioner.h"

namespace spillway {

struct ControlConfig {
  // Each cluster is evaluated when a sample of it comes, when a host of it changes, and at least
  // this often, because time alone can change the answer.
  Duration evaluate_at_least_every = std::chrono::seconds(10);
  // So long after a host changed, if no sample came before. A backtest, whose samples come in
  // steps, is to decide once in each.
  Duration evaluate_after_host_change = std::chrono::seconds(0);
  Duration refresh_offers_every = std::chrono::minutes(5);
  // Managers of clusters with a policy that wants to know are asked for waiting guests this often.
  Duration ask_for_waiting_guests_every = std::chrono::seconds(30);
  Duration prune_every = std::chrono::hours(1);
  // What policies have learned is stored this often, a policy at a time, and when the service
  // stops.
  Duration remember_every = std::chrono::minutes(5);
  // Policies made of something outside (a script's file) look at it this often. Zero: only at the
  // start.
  Duration refresh_policies_every = std::chrono::seconds(5);
  std::size_t points_per_series = 512;
  Retention retention;

  friend bool operator==(const ControlConfig&, const ControlConfig&) = default;
};

// Who wants to know; called on the loop, after it is durable.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void OnDecision(const DecisionRecord& record) = 0;
  virtual void OnHost(const HostRecord& host) = 0;
};

// A cluster at this moment, for metrics and pages.
struct ClusterSummary {
  std::string name;
  Capacity wanted;
  Capacity ready;
  Capacity usable;
  MoneyState money;
  MoneyEnvelope envelope;
  std::vector<Signal> signals;  // as last evaluated, at `signals_at`
  Time signals_at;
};

// A cluster's policies, in the order of the configuration.
using PolicyList = std::vector<std::unique_ptr<Policy>>;

// A cluster as the loop has it. Valid until the loop's next turn.
struct ClusterLook {
  const ClusterSpec& spec;
  const ClusterState& state;
  const PolicyList& acting;
  const PolicyList& shadows;
  const std::vector<std::string>& configured;  // policies that measure and act by the configuration
  const DecisionRecord* last = nullptr;        // decision of this life of the service; null: none
};

// What a reload of the configuration brings. All lists are in the order of the clusters.
struct NextClusters {
  std::vector<ClusterSpec> clusters;
  std::vector<PolicyList> acting;
  std::vector<PolicyList> shadows;
  // Names of policies that are as they were: those that are there go on in their place.
  std::vector<std::set<std::string>> unchanged;
  ControlConfig control;  // its points_per_series stays what it was
  ProvisionConfig provision;
};

class ControlLoop {
 public:
  // `context.clusters` and `policies` are in the same order. All references outlive the loop.
  ControlLoop(ProvisionContext context, Store& store, std::vector<PolicyList> policies,
              ControlConfig config, EventSink& sink);
  ControlLoop(const ControlLoop&) = delete;
  ControlLoop& operator=(const ControlLoop&) = delete;

  // Policies that are asked and never followed, in the order of the clusters; they learn and are
  // remembered as those that act. Call before Start.
  void SetShadows(std::vector<PolicyList> shadows);
  // `watcher` outlives the loop. Call before Start.
  void Watch(ControlWatcher& watcher) { watchers_.push_back(&watcher); }
  // Policies change places as these say. What a cluster was told before and is not any more stays,
  // and an older word changes nothing.
  void TakeRoles(const std::vector<PolicyRoles>& roles);

  // Takes up what is stored, asks the providers for their offers and begins. Call once.
  void Start();

  // Goes on with other clusters, policies and intervals, at once and as a whole; reload.cc. Throws
  // StoreError before anything has changed, or does all of it. `clusters` is what context.clusters
  // refers to, and gets those of `next`.
  //
  // Hosts, money, history and signals stay with the cluster of the same name. A policy that is new
  // takes up what the one of its name has learned, or what the store has, if it can. What a person
  // said of roles holds where the configuration says the same as it did then. Clusters that are not
  // there any more are forgotten, but not in the store. REQUIRES: ObjectionsTo (reload.h) has none.
  // Returns the clusters in which other policies act than before.
  std::set<std::string> Reconfigure(std::vector<ClusterSpec>& clusters, NextClusters next);

  // Stores what the policies have learned since they were last asked; with the next commit.
  void Remember();

  // Row 2 of the way of a sample.
  void OnSamples(const SampleBatch& batch);
  // Something that a policy of the cluster goes by has changed. One that is not known is left out.
  void EvaluateSoon(std::string_view cluster);

  // What people say of the cluster from now on, in the place of what they said before: durable with
  // the next commit, and decided on at once. One that is not known is left out.
  void Obey(std::string_view cluster, const ClusterOrders& orders);
  // What people do with a host (provision/host_orders.h).
  Result<HostRecord> Obey(const HostRecord& host, const HostOrder& order);
  // What would be decided now if people said this, by what the policies said last: none is asked,
  // nothing changes. Without an id. REQUIRES: there is such a cluster.
  DecisionRecord Foresee(std::string_view cluster, const ClusterOrders& orders);

  const Observations& observations() const { return observations_; }
  // Calls visit(spec, acting, shadows) for each cluster.
  template <class F>
  void ForEachCluster(F&& visit) const {
    for (const Cluster& c : clusters_) visit(*c.spec, c.policies, c.shadows);
  }

  const Fleet& fleet() const { return provisioner_.fleet(); }
  // False while the store fails: nothing is decided then.
  bool is_healthy() const { return context_.journal.is_healthy(); }
  // False until every cluster was evaluated once.
  bool is_ready() const;
  ClusterSummary SummaryOf(const ClusterLook& look) const;
  std::vector<ClusterSummary> Summaries() const;

  // For who shows what there is.
  Time now() const { return context_.loop.Now(); }
  std::vector<ClusterLook> Clusters() const;
  // Of each provider that has answered.
  const Catalogues& catalogues() const { return offers_.catalogues(); }
  std::vector<OfferBackoff> backoffs() const { return provisioner_.backoffs(); }
  // What a plan for the cluster would be made of now. Its offers are valid until a provider's next
  // answer.
  Market MarketFor(const ClusterSpec& spec, Time now);

 private:
  // A policy and what the store has of it.
  struct Learner {
    Learner(std::string c, Policy* p) : cluster(std::move(c)), policy(p) {}

    std::string cluster;
    Policy* policy = nullptr;
    std::size_t stored = 0;  // hash of the bytes
  };
  struct Cluster {
    const ClusterSpec* spec = nullptr;
    PolicyList policies;
    PolicyList shadows;
    std::vector<std::string> configured;  // that measure and act by the configuration
    std::optional<PolicyRoles> roles;     // as last taken, or passed over
    ClusterState state;
    ClusterState stored;
    Time signals_stored = kDistantPast;
    std::optional<DecisionRecord> last;
    std::vector<Recommendation> said;  // by the policies, when they were asked last
    Time due = kDistantFuture;         // the next evaluation, if no sample comes before
    EventLoop::TimerId timer = 0;      // rings at `due` or earlier
    Time rings_at = kDistantFuture;
    std::optional<Time> touched;  // when the first sample since the last evaluation came
  };

  void MakeDue(Cluster& cluster, Time when);
  void Arm(Cluster& cluster);
  void ObserveAge(const SampleBatch& batch, Time now);
  void EvaluateTouched();
  void EvaluateNow(Cluster& cluster);
  void TellStage(EvaluationStage stage);
  std::map<std::string, Duration> RoundTripsOf(const ClusterSpec& spec, Time now) const;
  void Keep(Cluster& cluster, Evaluation evaluation, bool is_news);
  void Record(Cluster& cluster, DecisionRecord record);
  void ScheduleNext(Cluster& cluster, const Decision& decision);
  void StoreIfChanged(Cluster& cluster);
  void OnHostChange(const HostRecord* before, const HostRecord& after);
  void Prune(std::int64_t so_far = 0);
  void RefreshPolicies();
  void Recall(const std::vector<PolicyMemory>& memories);
  void Recall(Learner& learner, const std::string& bytes);
  void RememberInTurn();
  void Remember(Learner& learner);
  void Learn(Cluster& cluster, const PolicyList& policies);
  static bool Exchange(PolicyList& acting, PolicyList& shadows,
                       const std::vector<std::string>& names);
  Cluster* Find(std::string_view name);

  // reload.cc
  struct Reload;
  void Forget(Cluster& cluster);
  void FollowClusters();

  ProvisionContext context_;
  Store& store_;
  ControlConfig config_;
  EventSink& sink_;
  Observations observations_;
  std::list<Cluster> clusters_;    // in the order of the configuration
  std::vector<Learner> learners_;  // every policy
  std::size_t next_learner_ = 0;
  EventLoop::TimerId remembers_ = 0;
  EventLoop::TimerId refreshes_ = 0;
  std::map<std::string, std::list<Cluster>::iterator, std::less<>> index_;
  std::vector<ControlWatcher*> watchers_;
  std::deque<Cluster*> touched_;  // in the order of their samples
  OfferBook offers_;
  WaitingBook waiting_;
  Provisioner provisioner_;
  Counter evaluations_;
  Histogram latency_;
  Histogram sample_age_;
};

}  // namespace spillway
