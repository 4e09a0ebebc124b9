#include "tests/sim/simulation.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "scaler/decide/books.h"
#include "scaler/record/recorder.h"
#include "scaler/runtime/simulated_workers.h"
#include "tests/support/time.h"

namespace spillway::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration kTick = 10s;

class Silent final : public EventSink {
 public:
  void OnDecision(const DecisionRecord&) override {}
  void OnHost(const HostRecord&) override {}
};

// One life of the process: everything that a kill takes away.
struct Life {
  Life(const AppConfig& app, std::vector<PolicyList> policies, SimulatedLoop& simulated_loop,
       Store& s, SimulatedWorld& world, std::uint64_t seed, std::function<void()> strike,
       const std::string& record_to)
      : config(app),
        random(seed),
        workers(simulated_loop, seed + 1, 20ms, 900ms),
        journal(simulated_loop, s, log) {
    const PluginContext context{simulated_loop, http, seed, &world};
    for (const auto& [name, parsed] : config.providers) providers[name] = parsed.make(context);
    for (const auto& [name, make] : config.registrars) registrars[name] = make(context);
    workers.before_call = strike;
    workers.after_call = strike;
    control = std::make_unique<ControlLoop>(
        ProvisionContext{simulated_loop, workers, journal, log, metrics, random, providers,
                         registrars, config.clusters, s.DeploymentId(), config.provision},
        s, std::move(policies), config.control, sink);
    if (record_to.empty()) return;
    RecordConfig record;
    record.folder = record_to;
    segments = std::make_unique<Segments>(record, metrics, log);
    recorder = std::make_unique<Recorder>(*segments, config.text);
    control->Watch(*recorder);
  }

  void Start(Time now) {
    control->Start();
    if (recorder) recorder->Begin(*control, now);
  }

  const AppConfig& config;
  Log log{LogLevel::kOff};
  Metrics metrics;
  Random random;
  HttpClient http;
  SimulatedWorkers workers;
  Journal journal;
  ProviderSet providers;
  RegistrarSet registrars;
  Silent sink;
  std::unique_ptr<Segments> segments;
  std::unique_ptr<Recorder> recorder;
  std::unique_ptr<ControlLoop> control;
};

class Simulation {
 public:
  explicit Simulation(const Options& options)
      : options_(options),
        luck_(options.seed),
        loop_(testing::kStart),
        world_(loop_),
        disk_("sim-" + std::to_string(options.seed)),
        store_(disk_, [this] { Strike(); }) {}

  Outcome Run() {
    ReadConfigResult read = ReadConfig(options_.config);
    if (!read.config) throw std::runtime_error("sim: " + Describe(read.errors.front()));
    config_ = std::move(*read.config);
    Guarded([this] { Begin(); });
    for (Duration t{0}; t < options_.day + options_.quiet; t += kTick) {
      now_killing_ = t < options_.day;
      Guarded([&] { Tick(t); });
    }
    CheckTheEnd();
    outcome_.billed = world_.CostSoFar();
    outcome_.machines_ever = static_cast<std::int64_t>(world_.AllMachinesEver().size());
    outcome_.decisions = disk_.Decisions({"", std::nullopt, 1'000'000});
    std::reverse(outcome_.decisions.begin(), outcome_.decisions.end());
    return outcome_;
  }

 private:
  void Strike() {
    ++outcome_.moments;
    const bool chosen = outcome_.moments == options_.crash_at;
    if (chosen || (now_killing_ && luck_.Chance(options_.crash_chance))) throw Crash{};
  }

  void Begin() {
    announced_ = false;
    // Policies are made of the configuration, as at a real start.
    life_ = std::make_unique<Life>(
        config_, ReadConfig(options_.config).config.value().policies, loop_, store_, world_,
        luck_.Next(), [this] { Strike(); }, options_.record_to);
    life_->Start(loop_.Now());
  }

  void Tick(Duration since_start) {
    Feed(since_start);
    options_.people(since_start, *life_->control);
    loop_.RunUntil(testing::kStart + since_start + kTick);
    CheckNow();
  }

  // Runs `step`; a crash in it kills the process, and a new one begins.
  void Guarded(const std::function<void()>& step) {
    try {
      step();
    } catch (const Crash&) {
      ++outcome_.crashes;
      life_.reset();
      loop_.DropEverything();
      Guarded([this] { Begin(); });
    }
  }

  void Feed(Duration since_start) {
    const std::optional<double> load = options_.load(since_start);
    if (!load) return;
    SampleBatch batch;
    if (!announced_) batch.announced.push_back({0, {config_.clusters[0].name, "demand", {}}});
    announced_ = true;
    batch.samples.push_back({0, *load, loop_.Now()});
    life_->control->OnSamples(batch);
  }

  void Violated(std::string what) {
    const std::string line = fmt::format(
        "at {} s: {}",
        std::chrono::duration_cast<std::chrono::seconds>(loop_.Now() - testing::kStart).count(),
        what);
    if (outcome_.violations.size() < 20) outcome_.violations.push_back(line);
  }

  // What holds at every moment.
  void CheckNow() {
    const ClusterSpec& cluster = config_.clusters[0];
    const std::vector<HostRecord> hosts = life_->control->fleet().All();
    const auto count = static_cast<std::int64_t>(hosts.size());
    outcome_.most_hosts = std::max(outcome_.most_hosts, count);
    if (count > cluster.limits.max_hosts)
      Violated(fmt::format("{} hosts, over the maximum", count));
    std::map<std::string, std::int64_t> in_pool;
    std::set<std::string> machines;
    for (const HostRecord& host : hosts) {
      ++in_pool[host.pool];
      if (!host.machine.empty() && !machines.insert(host.machine).second) {
        Violated("two records of machine " + host.machine);
      }
    }
    for (const PoolSpec& pool : cluster.ladder) {
      if (in_pool[pool.name] > pool.max_hosts) Violated("pool " + pool.name + " is over its limit");
    }
    CheckMoney(cluster, hosts);
    CheckMinimum(cluster, hosts);
    for (SimulatedCloud* cloud : world_.Clouds()) {
      for (const std::string& host : cloud->HostsWithTwins()) Violated("two machines for " + host);
    }
    if (!options_.machines_die && world_.GuestsHurt() > 0) Violated("a guest was hurt");
  }

  void CheckMoney(const ClusterSpec& cluster, const std::vector<HostRecord>& hosts) {
    const MoneyState money = MoneyOf(cluster.money, {}, hosts, loop_.Now());
    if (money.running_per_hour > cluster.money.per_hour) {
      Violated(fmt::format("{} an hour, over the envelope", money.running_per_hour.ToDouble()));
    }
    outcome_.spent = life_->control->Summaries().front().money.spent_this_month;
    const auto usable = std::count_if(hosts.begin(), hosts.end(), IsUsable);
    if (outcome_.spent > cluster.money.per_month && usable > cluster.limits.min_hosts) {
      Violated(fmt::format("{} spent, over the month's envelope", outcome_.spent.ToDouble()));
    }
  }

  // Nothing is given back that the minimum needs.
  void CheckMinimum(const ClusterSpec& cluster, const std::vector<HostRecord>& hosts) {
    std::int64_t usable = 0;
    std::int64_t given_back = 0;
    for (const HostRecord& host : hosts) {
      usable += IsUsable(host) ? 1 : 0;
      given_back += IsReclaimable(host) && host.failure.empty() ? 1 : 0;
    }
    if (usable < cluster.limits.min_hosts && given_back > 0)
      Violated("given back below the minimum");
  }

  // What holds when the world has been calm for a while.
  void CheckTheEnd() {
    const Fleet& fleet = life_->control->fleet();
    std::set<std::string> recorded;
    for (const HostRecord& host : fleet.All()) {
      if (!IsReady(host)) Violated("host " + host.id + " ended " + std::string(Name(host.state)));
      recorded.insert(host.machine);
    }
    for (const SimulatedMachine& machine : world_.MachinesNow()) {
      if (!recorded.contains(machine.id)) Violated("machine " + machine.id + " is left over");
    }
    for (SimulatedManager* manager : world_.Managers()) {
      for (const SimulatedHost& host : manager->Hosts()) {
        if (fleet.Find(host.name) == nullptr) Violated("the manager still knows " + host.name);
      }
    }
    const std::int64_t least = config_.clusters[0].limits.min_hosts;
    if (static_cast<std::int64_t>(fleet.size()) != least) {
      Violated(fmt::format("{} hosts at the end, {} expected", fleet.size(), least));
    }
    for (const HostRecord& host : disk_.Hosts(/*gone=*/true)) {
      if (host.state != HostState::kReady && host.state != HostState::kGone) {
        Violated("stored host " + host.id + " ended " + std::string(Name(host.state)));
      }
    }
  }

  const Options& options_;
  Random luck_;
  SimulatedLoop loop_;
  SimulatedWorld world_;
  MemoryStore disk_;
  CrashingStore store_;
  AppConfig config_;
  std::unique_ptr<Life> life_;
  Outcome outcome_;
  bool announced_ = false;
  bool now_killing_ = true;
};

}  // namespace

Outcome Simulate(const Options& options) { return Simulation(options).Run(); }

}  // namespace spillway::sim
