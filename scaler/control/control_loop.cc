#include "scaler/control/control_loop.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "scaler/decide/books.h"
#include "scaler/decide/decide.h"

namespace spillway {
namespace {

// Then other tasks have their turn.
constexpr int kEvaluationsPerTurn = 16;
constexpr std::int64_t kPrunedPerTurn = 100;
constexpr Duration kPruneOnAfter = std::chrono::milliseconds(50);

// Moves what `goes` out of `policies`; the rest keeps its order.
template <class Predicate>
PolicyList TakeFrom(PolicyList& policies, const Predicate& goes) {
  const auto first = std::stable_partition(policies.begin(), policies.end(),
                                           [&](const auto& policy) { return !goes(policy); });
  PolicyList taken(std::make_move_iterator(first), std::make_move_iterator(policies.end()));
  policies.erase(first, policies.end());
  return taken;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

}  // namespace

ControlLoop::ControlLoop(ProvisionContext context, Store& store, std::vector<PolicyList> policies,
                         ControlConfig config, EventSink& sink)
    : context_(std::move(context)),
      store_(store),
      config_(config),
      sink_(sink),
      observations_(config.points_per_series),
      offers_(context_, config.refresh_offers_every,
              [this] {
                for (Cluster& cluster : clusters_) MakeDue(cluster, context_.loop.Now());
              }),
      waiting_(context_, config.ask_for_waiting_guests_every,
               [this](const std::string& name) { EvaluateSoon(name); }),
      provisioner_(context_, [this](const HostRecord* before,
                                    const HostRecord& after) { OnHostChange(before, after); }),
      evaluations_(context_.metrics.GetCounter("spillway_control_evaluations_total",
                                               "Evaluations of a cluster.")),
      latency_(context_.metrics.GetHistogram("spillway_control_sample_to_decision_seconds",
                                             "From a sample's arrival on the loop to the end of "
                                             "the evaluation that saw it.")),
      sample_age_(context_.metrics.GetHistogram("spillway_control_sample_age_seconds",
                                                "From the time that a sample carries to its "
                                                "arrival on the loop; of each batch the oldest.")) {
  for (std::size_t i = 0; i < context_.clusters.size(); ++i) {
    Cluster& cluster = clusters_.emplace_back();
    cluster.spec = &context_.clusters[i];
    cluster.policies = std::move(policies[i]);
    cluster.state.cluster = cluster.spec->name;
    cluster.configured = NamesThatMeasure(cluster.policies);
    index_[cluster.spec->name] = std::prev(clusters_.end());
    Learn(cluster, cluster.policies);
  }
}

void ControlLoop::SetShadows(std::vector<PolicyList> shadows) {
  auto cluster = clusters_.begin();
  for (PolicyList& of_cluster : shadows) {
    cluster->shadows = std::move(of_cluster);
    Learn(*cluster, cluster->shadows);
    ++cluster;
  }
}

void ControlLoop::Learn(Cluster& cluster, const PolicyList& policies) {
  for (const auto& policy : policies) learners_.emplace_back(cluster.spec->name, policy.get());
}

void ControlLoop::Start() {
  for (ClusterState& state : store_.Clusters()) {
    if (Cluster* cluster = Find(state.cluster)) cluster->state = cluster->stored = std::move(state);
  }
  RefreshPolicies();
  Recall(store_.Memories());
  provisioner_.Resume(store_.Hosts(/*gone=*/false), store_.Backoffs());
  offers_.Start();
  for (const Cluster& cluster : clusters_) {
    waiting_.Follow(*cluster.spec, cluster.policies, cluster.shadows);
  }
  Prune();
  if (!learners_.empty()) RememberInTurn();
}

void ControlLoop::TakeRoles(const std::vector<PolicyRoles>& roles) {
  for (const PolicyRoles& told : roles) {
    Cluster* cluster = Find(told.cluster);
    if (cluster == nullptr || (cluster->roles && told.since <= cluster->roles->since)) continue;
    cluster->roles = told;
    const bool is_taken = told.configured == cluster->configured &&
                          Exchange(cluster->policies, cluster->shadows, told.acting);
    context_.log.Info(is_taken ? "control.roles_taken" : "control.roles_passed_over",
                      {{"cluster", told.cluster},
                       {"acting", Joined(told.acting)},
                       {"configured", Joined(cluster->configured)}});
    if (!is_taken) continue;
    const Time now = context_.loop.Now();
    for (ControlWatcher* watcher : watchers_) watcher->OnRoles(told, now);
    MakeDue(*cluster, now);
  }
}

// False, and nothing has changed, when a policy of these names is not there. Those without signals
// stay where they are.
bool ControlLoop::Exchange(PolicyList& acting, PolicyList& shadows,
                           const std::vector<std::string>& names) {
  std::vector<std::string> there = NamesThatMeasure(acting);
  const std::vector<std::string> in_shadow = NamesThatMeasure(shadows);
  there.insert(there.end(), in_shadow.begin(), in_shadow.end());
  for (const std::string& name : names) {
    if (std::count(there.begin(), there.end(), name) == 0) return false;
  }
  const auto stays = [&](const std::unique_ptr<Policy>& policy, bool is_acting) {
    const bool is_named = std::count(names.begin(), names.end(), policy->name()) > 0;
    return !Measures(*policy) || is_named == is_acting;
  };
  PolicyList leaving = TakeFrom(acting, [&](const auto& p) { return !stays(p, true); });
  PolicyList coming = TakeFrom(shadows, [&](const auto& p) { return !stays(p, false); });
  std::move(coming.begin(), coming.end(), std::back_inserter(acting));
  std::move(leaving.begin(), leaving.end(), std::back_inserter(shadows));
  return true;
}

// One sample's way: windows take it, its cluster becomes due, and is evaluated once for all the
// samples that came before its turn.
void ControlLoop::OnSamples(const SampleBatch& batch) {
  const Time now = context_.loop.Now();
  for (ControlWatcher* watcher : watchers_) watcher->OnSamples(batch, now);
  ObserveAge(batch, now);
  observations_.Take(batch, [&](std::string_view name) {
    Cluster* cluster = Find(name);
    if (cluster == nullptr || cluster->touched) return;
    cluster->touched = now;
    touched_.push_back(cluster);
    if (touched_.size() == 1) context_.loop.At(now, [this] { EvaluateTouched(); });
  });
}

// Clocks of senders may be ahead: such a sample is new.
void ControlLoop::ObserveAge(const SampleBatch& batch, Time now) {
  if (batch.samples.empty()) return;
  Time oldest = now;
  for (const Sample& sample : batch.samples) oldest = std::min(oldest, sample.time);
  sample_age_.Observe(Seconds(now - oldest));
}

void ControlLoop::EvaluateSoon(std::string_view name) {
  if (Cluster* cluster = Find(name)) MakeDue(*cluster, context_.loop.Now());
}

void ControlLoop::EvaluateTouched() {
  for (int i = 0; i < kEvaluationsPerTurn && !touched_.empty(); ++i) {
    Cluster& cluster = *touched_.front();
    touched_.pop_front();
    if (cluster.touched) EvaluateNow(cluster);
  }
  if (!touched_.empty()) context_.loop.At(context_.loop.Now(), [this] { EvaluateTouched(); });
}

void ControlLoop::MakeDue(Cluster& cluster, Time when) {
  cluster.due = std::min(cluster.due, when);
  Arm(cluster);
}

// Samples put most evaluations off again before they are due: a timer that rings too early costs
// less than one that is set anew each time.
void ControlLoop::Arm(Cluster& cluster) {
  if (cluster.timer != 0 && cluster.rings_at <= cluster.due) return;
  if (cluster.timer != 0) context_.loop.Cancel(cluster.timer);
  cluster.rings_at = cluster.due;
  cluster.timer = context_.loop.At(cluster.due, [this, &cluster] {
    cluster.timer = 0;
    if (cluster.due > context_.loop.Now()) return Arm(cluster);
    EvaluateNow(cluster);
  });
}

// observe → recommend → decide → plan → provision.
void ControlLoop::EvaluateNow(Cluster& cluster) {
  const Time now = context_.loop.Now();
  cluster.due = kDistantFuture;
  if (!is_healthy() || !offers_.IsReady(*cluster.spec)) {
    return MakeDue(cluster, now + std::chrono::seconds(1));
  }
  TellStage(EvaluationStage::kDecide);
  const std::span<const HostRecord> hosts = fleet().OfCluster(cluster.spec->name);
  const PolicySignals signals =
      ObserveSignals(cluster.policies, cluster.spec->name, observations_, now);
  const PolicyWaiting waiting =
      waiting_.ListsFor(cluster.policies, cluster.spec->name, observations_, now);
  const std::function<Market()> market = [&] { return MarketFor(*cluster.spec, now); };
  std::optional<Market> asked;
  Evaluation evaluation =
      Evaluate({now, *cluster.spec, cluster.state, cluster.policies, signals, hosts,
                [&] {
                  TellStage(EvaluationStage::kPlan);
                  asked = market();
                  return *asked;
                },
                waiting});
  const bool is_news = !cluster.last || IsNews(evaluation.record, *cluster.last);
  const PolicyWaiting shadows_waiting =
      waiting_.ListsFor(cluster.shadows, cluster.spec->name, observations_, now);
  for (ControlWatcher* watcher : watchers_) {
    watcher->OnEvaluation({now, *cluster.spec, cluster.state, cluster.policies, cluster.shadows,
                           hosts, observations_, waiting, shadows_waiting, asked, market,
                           evaluation, is_news, cluster.touched});
  }
  Keep(cluster, std::move(evaluation), is_news);
  evaluations_.Add();
  if (cluster.touched) latency_.Observe(Seconds(context_.loop.Now() - *cluster.touched));
  cluster.touched.reset();
}

void ControlLoop::TellStage(EvaluationStage stage) {
  for (ControlWatcher* watcher : watchers_) watcher->OnStage(stage);
}

Market ControlLoop::MarketFor(const ClusterSpec& spec, Time now) {
  const EachHost hosts = [this](const auto& visit) { fleet().ForEach(visit); };
  return {offers_.OffersOf(spec), provisioner_.backoffs(), QuotaRoom(offers_.catalogues(), hosts),
          StockRoom(offers_.catalogues(), hosts), RoundTripsOf(spec, now)};
}

std::map<std::string, Duration> ControlLoop::RoundTripsOf(const ClusterSpec& spec, Time now) const {
  std::map<std::string, Duration> round_trips;
  if (spec.latency_metric.empty()) return round_trips;
  constexpr Duration kMaxAge = std::chrono::minutes(10);
  for (const auto& [location, seconds] :
       observations_.LastByLabel(spec.name, spec.latency_metric, "location", kMaxAge, now)) {
    round_trips[location] = Duration(static_cast<std::int64_t>(seconds * 1000.0));
  }
  return round_trips;
}

// Stores what is news, then carries the plan out: the records of its hosts are in the same commit.
void ControlLoop::Keep(Cluster& cluster, Evaluation evaluation, bool is_news) {
  const Decision& decision = evaluation.record.decision;
  cluster.state = std::move(evaluation.state);
  cluster.said = decision.recommendations;
  ScheduleNext(cluster, decision);
  if (is_news) {
    Record(cluster, std::move(evaluation.record));
    if (cluster.last->acted) provisioner_.Carry(cluster.last->plan, cluster.last->decision);
  }
  StoreIfChanged(cluster);
}

void ControlLoop::Record(Cluster& cluster, DecisionRecord record) {
  ++cluster.state.decisions;
  record.decision.id = cluster.spec->name + "-" + std::to_string(cluster.state.decisions);
  context_.journal.Put(record);
  for (ControlWatcher* watcher : watchers_) watcher->OnDecision(record);
  context_.metrics
      .GetCounter("spillway_control_decisions_total", "Decisions that were news, by verdict.",
                  {{"cluster", cluster.spec->name},
                   {"verdict", std::string(Name(record.decision.verdict))}})
      .Add();
  context_.journal.AfterCommit([this, record] { sink_.OnDecision(record); });
  cluster.last = std::move(record);
}

// The next evaluation is when a recommendation or a person's word ends, or after the interval.
void ControlLoop::ScheduleNext(Cluster& cluster, const Decision& decision) {
  Time next =
      std::min(decision.time + config_.evaluate_at_least_every, FirstEnd(cluster.state.orders));
  for (const Recommendation& r : decision.recommendations) {
    if (r.valid_until > decision.time) next = std::min(next, r.valid_until);
  }
  MakeDue(cluster, next);
}

// Signals change with every sample; they are stored with the rest, or when they grow old.
void ControlLoop::StoreIfChanged(Cluster& cluster) {
  ClusterState comparable = cluster.state;
  comparable.signals = cluster.stored.signals;
  comparable.signals_at = cluster.stored.signals_at;
  const bool signals_moved = cluster.state.signals != cluster.stored.signals;
  const bool is_due =
      cluster.signals_stored + config_.evaluate_at_least_every <= context_.loop.Now();
  if (comparable == cluster.stored && !(signals_moved && is_due)) return;
  context_.journal.Put(cluster.state);
  cluster.stored = cluster.state;
  cluster.signals_stored = context_.loop.Now();
}

void ControlLoop::OnHostChange(const HostRecord* before, const HostRecord& after) {
  const bool moved = before == nullptr || before->state != after.state ||
                     before->goal != after.goal || before->is_protected != after.is_protected;
  if (!moved) return;
  context_.log.Info("provision.host", {{"host", after.id},
                                       {"cluster", after.cluster},
                                       {"state", Name(after.state)},
                                       {"goal", Name(after.goal)},
                                       {"offer", after.offer},
                                       {"decision", after.decision},
                                       {"failure", after.failure}});
  for (ControlWatcher* watcher : watchers_) watcher->OnHost(before, after);
  context_.journal.AfterCommit([this, after] { sink_.OnHost(after); });
  Cluster* cluster = Find(after.cluster);
  if (cluster == nullptr) return;
  const Time now = context_.loop.Now();
  const bool entered = before == nullptr || before->state != after.state;
  if (entered && after.state == HostState::kFailed && after.failure_counts) {
    cluster->state = AfterFailure(*cluster->spec, std::move(cluster->state), now);
  }
  if (entered && after.state == HostState::kGone) {
    cluster->state = AfterGone(std::move(cluster->state), after, now);
  }
  StoreIfChanged(*cluster);
  MakeDue(*cluster, now + config_.evaluate_after_host_change);
}

// A little at a time, because each turn ends with a commit. `so_far`: deleted in the turns before.
void ControlLoop::Prune(std::int64_t so_far) {
  const Time now = context_.loop.Now();
  std::int64_t pruned = 0;
  try {
    pruned = store_.Prune(config_.retention, now, kPrunedPerTurn);
  } catch (const StoreError& error) {
    context_.log.Error("store.prune_failed", {{"error", error.what()}});
  }
  so_far += pruned;
  if (pruned == kPrunedPerTurn) {
    context_.loop.At(now + kPruneOnAfter, [this, so_far] { Prune(so_far); });
    return;
  }
  if (so_far > 0) context_.log.Info("store.pruned", {{"records", so_far}});
  context_.loop.At(now + config_.prune_every, [this] { Prune(); });
}

void ControlLoop::RefreshPolicies() {
  for (const Learner& learner : learners_) {
    const std::vector<PolicyNews> news = learner.policy->Refresh();
    for (const PolicyNews& one : news) {
      const Log::Fields fields = {
          {"cluster", learner.cluster}, {"policy", learner.policy->name()}, {"text", one.text}};
      const std::string event = "policies." + one.what;
      one.is_trouble ? context_.log.Warning(event, fields) : context_.log.Info(event, fields);
    }
    if (!news.empty()) MakeDue(*Find(learner.cluster), context_.loop.Now());
  }
  if (learners_.empty() || config_.refresh_policies_every == Duration(0)) return;
  refreshes_ = context_.loop.At(context_.loop.Now() + config_.refresh_policies_every,
                                [this] { RefreshPolicies(); });
}

// A memory that is not this policy's (its configuration was changed) is left behind: it begins
// anew.
void ControlLoop::Recall(const std::vector<PolicyMemory>& memories) {
  for (Learner& learner : learners_) {
    for (const PolicyMemory& memory : memories) {
      if (memory.cluster != learner.cluster || memory.policy != learner.policy->name()) continue;
      Recall(learner, memory.bytes);
    }
  }
}

void ControlLoop::Recall(Learner& learner, const std::string& bytes) {
  learner.stored = std::hash<std::string>()(bytes);
  if (bytes.empty() || learner.policy->Recall(bytes)) return;
  context_.log.Warning("control.policy_begins_anew", {{"cluster", learner.cluster},
                                                      {"policy", learner.policy->name()},
                                                      {"stored_bytes", bytes.size()}});
}

// One policy at a time, so that no turn of the loop has much to write.
void ControlLoop::RememberInTurn() {
  const Duration between = config_.remember_every / std::ssize(learners_);
  remembers_ = context_.loop.At(context_.loop.Now() + between, [this] {
    Remember(learners_[next_learner_]);
    next_learner_ = (next_learner_ + 1) % learners_.size();
    RememberInTurn();
  });
}

void ControlLoop::Remember() {
  for (Learner& learner : learners_) Remember(learner);
}

void ControlLoop::Remember(Learner& learner) {
  std::string bytes = learner.policy->Memory();
  const std::size_t hash = std::hash<std::string>()(bytes);
  if (bytes.empty() || hash == learner.stored) return;
  learner.stored = hash;
  context_.journal.Put(PolicyMemory{learner.cluster, learner.policy->name(), std::move(bytes)});
}

bool ControlLoop::is_ready() const {
  return std::all_of(clusters_.begin(), clusters_.end(),
                     [](const Cluster& cluster) { return cluster.last.has_value(); });
}

ClusterSummary ControlLoop::SummaryOf(const ClusterLook& look) const {
  ClusterSummary summary;
  summary.name = look.spec.name;
  summary.wanted = look.state.wanted;
  summary.envelope = look.spec.money;
  summary.signals = look.state.signals;
  summary.signals_at = look.state.signals_at;
  const std::span<const HostRecord> hosts = fleet().OfCluster(look.spec.name);
  for (const HostRecord& host : hosts) {
    if (IsReady(host)) summary.ready += host.capacity;
    if (IsUsable(host)) summary.usable += host.capacity;
  }
  summary.money = MoneyOf(look.spec.money, look.state, hosts, context_.loop.Now());
  return summary;
}

std::vector<ClusterSummary> ControlLoop::Summaries() const {
  std::vector<ClusterSummary> summaries;
  for (const ClusterLook& look : Clusters()) summaries.push_back(SummaryOf(look));
  return summaries;
}

std::vector<ClusterLook> ControlLoop::Clusters() const {
  std::vector<ClusterLook> looks;
  for (const Cluster& cluster : clusters_) {
    looks.push_back({*cluster.spec, cluster.state, cluster.policies, cluster.shadows,
                     cluster.configured, cluster.last ? &*cluster.last : nullptr});
  }
  return looks;
}

ControlLoop::Cluster* ControlLoop::Find(std::string_view name) {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &*found->second;
}

}  // namespace spillway
