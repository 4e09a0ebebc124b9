#include <algorithm>
#include <chrono>
#include <utility>

#include "providers/registrar.h"
#include "providers/simulated/simulated_provider.h"
#include "providers/simulated/simulated_world.h"
#include "scaler/backtest/bill.h"
#include "scaler/backtest/run.h"
#include "scaler/control/control_loop.h"
#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/simulated_workers.h"
#include "scaler/store/store.h"

namespace spillway {
namespace {

constexpr Duration kNever = std::chrono::hours(24 * 366 * 100);
constexpr const char* kName = "simulated";
constexpr const char* kLocation = "here";
constexpr const char* kPlan = "host";
constexpr const char* kOffer = "simulated/here/host";

class Silent final : public EventSink {
 public:
  void OnDecision(const DecisionRecord&) override {}
  void OnHost(const HostRecord&) override {}
};

// Keeps nothing: a backtest never starts again on what it has stored.
class Forgetful final : public Store {
 public:
  std::string DeploymentId() override { return kBacktestCluster; }
  void Commit(const Changes&) override {}
  std::vector<HostRecord> Hosts(bool) override { return {}; }
  std::optional<HostRecord> FindHost(const std::string&) override { return {}; }
  std::vector<ClusterState> Clusters() override { return {}; }
  std::vector<OfferBackoff> Backoffs() override { return {}; }
  std::vector<PolicyMemory> Memories() override { return {}; }
  std::vector<Note> Notes(const std::string& /*kind*/) override { return {}; }
  std::vector<DecisionRecord> Decisions(const DecisionQuery&) override { return {}; }
  std::optional<DecisionRecord> FindDecision(const std::string&) override { return {}; }
  std::int64_t Prune(const Retention&, Time, std::int64_t) override { return 0; }
};

// A cluster without a manager: a host serves as soon as its machine answers, and nothing has to
// leave it before it goes.
class NoManager final : public Registrar {
 public:
  explicit NoManager(const SimulatedCloud& cloud) : cloud_(cloud) {}

  Result<Done> Prepare(const ClusterSpec&) override { return Done{}; }
  Result<Readiness> Probe(const HostTarget& target) override {
    return Readiness{{{"node", cloud_.Answers(target.address), ""}}};
  }
  Result<std::string> Enrol(const HostTarget& target) override { return target.address; }
  Result<EnrolmentStatus> Look(const HostTarget&) override {
    return EnrolmentStatus{EnrolmentState::kMonitored, {}, ""};
  }
  Result<Done> SetSchedulable(const HostTarget&, bool) override { return Done{}; }
  Result<EnrolmentStatus> Evacuate(const HostTarget&) override {
    return EnrolmentStatus{EnrolmentState::kCordoned, {}, ""};
  }
  Result<Done> Remove(const HostTarget&) override { return Done{}; }
  // Loads are recorded without the guests that made them.
  Result<std::vector<WaitingGuest>> WaitingGuests(const ClusterSpec&) override {
    return std::vector<WaitingGuest>();
  }
  std::string UserData(Hypervisor) const override { return {}; }
  const Channel& channel() const override { return channel_; }

 private:
  const SimulatedCloud& cloud_;
  const Channel channel_{"none", 1};
};

// A policy with a stopwatch.
class Timed final : public Policy {
 public:
  Timed(std::unique_ptr<Policy> policy, double& spent_us)
      : Policy(policy->name()), policy_(std::move(policy)), spent_us_(spent_us) {}

  std::span<const SignalSpec> signals() const override { return policy_->signals(); }
  Recommendation Evaluate(const PolicyInput& input) override {
    const auto before = std::chrono::steady_clock::now();
    Recommendation said = policy_->Evaluate(input);
    const std::chrono::duration<double, std::micro> spent =
        std::chrono::steady_clock::now() - before;
    spent_us_ += spent.count();
    return said;
  }

 private:
  const std::unique_ptr<Policy> policy_;
  double& spent_us_;
};

// One kind of host, as many as one likes, at a price of 1 an hour.
SimulatedCloudSpec CloudOf(const BacktestModel& model) {
  SimulatedCloudSpec spec;
  spec.name = kName;
  Offer offer;
  offer.id = kOffer;
  offer.provider = kName;
  offer.location = kLocation;
  offer.plan = kPlan;
  offer.hypervisors = {Hypervisor::kLxc};
  offer.capacity = kBacktestHost;
  offer.price_per_hour = Money::FromDouble(1);
  offer.billing = model.billing;
  offer.time_to_ready = model.boot;
  spec.offers = {offer};
  spec.boot_virtual = {model.boot, model.boot_sigma};
  spec.deletion = Duration(0);
  spec.budget = {1e9, 1'000'000'000, 1'000'000'000};
  spec.seed = model.seed;
  if (model.start_failures > 0) {
    spec.faults.chance[SimulatedFault::kNoStart] = model.start_failures;
  }
  return spec;
}

// Nothing between what the policies say and the fleet: no limits, no cooldown, no waiting.
ClusterSpec ClusterOf() {
  ClusterSpec cluster;
  cluster.name = kBacktestCluster;
  cluster.workload = Workload::kApplicationContainers;
  cluster.hypervisor = Hypervisor::kLxc;
  cluster.registrar = kName;
  cluster.host_size = kBacktestHost;
  cluster.limits.min_hosts = 1;
  cluster.limits.max_hosts = kBacktestMaxHosts;
  cluster.limits.cooldown = {};
  cluster.limits.stabilisation = {};
  cluster.limits.min_lifetime = Duration(0);
  PoolSpec pool;
  pool.name = pool.provider = kName;
  pool.cluster_type = ClusterType::kVirtual;
  pool.max_hosts = kBacktestMaxHosts;
  cluster.ladder = {pool};
  return cluster;
}

// Evaluations come with the samples, one a step; the rest of what the service does now and then
// has nothing to find here.
ControlConfig ControlOf(const BacktestModel& model, const Policies& policies) {
  ControlConfig config;
  config.evaluate_at_least_every = kNever;
  config.evaluate_after_host_change = 2 * model.step;
  config.refresh_offers_every = kNever;
  config.remember_every = kNever;
  config.refresh_policies_every = Duration(0);
  config.points_per_series = 0;
  for (const auto& policy : policies) {
    config.points_per_series =
        std::max(config.points_per_series, PointsFor(policy->signals(), model.step));
  }
  config.prune_every = kNever;
  return config;
}

// Hosts are looked at where they can have changed: each step, or, when all boot alike, at the end
// of their boot. Ready ones are left alone: nothing happens to them.
ProvisionConfig ProvisionOf(const BacktestModel& model) {
  const bool all_alike = model.boot_sigma == 0 && model.start_failures == 0;
  ProvisionConfig config;
  config.look_interval =
      all_alike ? model.step * std::max<std::int64_t>(model.boot_steps(), 1) : model.step;
  config.ready_look_interval = kNever;
  config.sweep_interval = kNever;
  config.booting_limit_virtual = config.configuring_limit = kNever;
  return config;
}

class LiveRun {
 public:
  LiveRun(const Course& course, const BacktestModel& model, Policies policies)
      : course_(course),
        random_(model.seed),
        loop_(course.start),
        workers_(loop_, model.seed, Duration(0), Duration(0)),
        journal_(loop_, store_, log_),
        world_(loop_),
        cloud_(world_.Cloud(CloudOf(model))),
        clusters_{ClusterOf()} {
    providers_[kName] = std::make_unique<SimulatedProvider>(cloud_);
    registrars_[kName] = std::make_unique<NoManager>(cloud_);
    const ControlConfig control = ControlOf(model, policies);
    std::vector<PolicyList> timed(1);
    for (auto& policy : policies) {
      timed[0].push_back(std::make_unique<Timed>(std::move(policy), spent_us_));
    }
    control_ = std::make_unique<ControlLoop>(
        ProvisionContext{loop_, workers_, journal_, log_, metrics_, random_, providers_,
                         registrars_, clusters_, store_.DeploymentId(), ProvisionOf(model)},
        store_, std::move(timed), control, sink_);
  }

  FleetHistory Go() {
    control_->Start();
    for (std::size_t k = 0; k < course_.size(); ++k) Step(k);
    loop_.RunUntil(course_.At(course_.size()));
    SettleAll();
    run_.decision_us = spent_us_ / static_cast<double>(course_.size());
    return std::move(run_);
  }

 private:
  void Step(std::size_t k) {
    loop_.RunUntil(course_.At(k));  // hosts that are ready by now are seen to be
    if (k > 0) {
      batch_.samples.assign(1, {0, course_.load[k - 1], loop_.Now()});
      if (k == 1) batch_.announced = {{0, {kBacktestCluster, kBacktestMetric, {}}}};
      control_->OnSamples(batch_);
      batch_.announced.clear();
      loop_.RunUntil(loop_.Now());
    }
    std::int32_t ready = 0;
    std::int32_t usable = 0;
    control_->fleet().ForEach([&](const HostRecord& host) {
      ready += IsReady(host) ? 1 : 0;
      usable += IsUsable(host) ? 1 : 0;
    });
    run_.ready.push_back(ready);
    run_.booting.push_back(usable - ready);
  }

  // By the books of the provider.
  void SettleAll() {
    Bill bill(course_.size(), course_.step);
    run_.launches.assign(course_.size(), 0);
    for (const SimulatedMachine& machine : cloud_.AllMachinesEver()) {
      const Duration from = machine.created_at - course_.start;
      const auto step = static_cast<std::size_t>(from / course_.step);
      if (step < course_.size()) ++run_.launches[step];
      if (machine.start_failure) continue;
      const Duration used = machine.gone_at.value_or(loop_.Now()) - machine.created_at;
      bill.Add(from, from + PaidTime(machine.billing, used));
    }
    run_.paid = bill.BySteps();
  }

  const Course& course_;
  Log log_{LogLevel::kOff};
  Metrics metrics_;
  Random random_;
  SimulatedLoop loop_;
  SimulatedWorkers workers_;
  Forgetful store_;
  Journal journal_;
  SimulatedWorld world_;
  SimulatedCloud& cloud_;
  const std::vector<ClusterSpec> clusters_;
  ProviderSet providers_;
  RegistrarSet registrars_;
  Silent sink_;
  double spent_us_ = 0;
  std::unique_ptr<ControlLoop> control_;
  SampleBatch batch_;
  FleetHistory run_;
};

}  // namespace

FleetHistory RunLive(const Course& course, const BacktestModel& model, Policies policies) {
  return LiveRun(course, model, std::move(policies)).Go();
}

}  // namespace spillway
