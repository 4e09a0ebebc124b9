#include "scaler/app/service.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <utility>

#include "bus/adapters/ingest.h"
#include "providers/simulated/simulated_world.h"
#include "scaler/app/cluster_load.h"
#include "scaler/app/event_frames.h"
#include "scaler/app/fleet_metrics.h"
#include "scaler/app/live_events.h"
#include "scaler/app/objective_metrics.h"
#include "scaler/app/outward.h"
#include "scaler/app/pulse.h"
#include "scaler/app/reloader.h"
#include "scaler/app/remote_link.h"
#include "scaler/app/service_parts.h"
#include "scaler/app/shadow_upkeep.h"
#include "scaler/control/history.h"
#include "scaler/model/api_json.h"
#include "scaler/record/recorder.h"
#include "scaler/rehearsal/shadow_json.h"
#include "scaler/runtime/asio_loop.h"
#include "scaler/runtime/supervisor.h"
#include "scaler/runtime/thread_workers.h"
#include "scaler/serve/router.h"

namespace spillway {
// Members in the order of their need: what is below may use what is above, and goes first.
struct Service::Impl final : EventSink, Reloadable {
  Impl(Service& owner, AppConfig c, const SystemClock& clock, Log& l)
      : service(owner),
        config(std::move(c)),
        log(l),
        random(Random::SeedFromSystem()),
        loop(clock),
        store(OpenStore(config, random)),
        journal(loop, *store, log),
        world(clock),
        providers(MakeProviders(config, PluginsContext(clock))),
        registrars(MakeRegistrars(config, PluginsContext(clock))),
        bus_context(ReadSecurity(config.bus), TellOfConnections(metrics, log)),
        publisher(bus_context, config.bus.publisher, random.Hex(8), metrics),
        control({loop, workers, journal, log, metrics, random, providers, registrars, clusters,
                 store->DeploymentId(), config.provision},
                *store, std::move(config.policies), config.control, *this),
        remote(bus_context, config.bus.policies, std::move(config.conversations), random.Hex(8),
               loop, metrics, log,
               [this](const std::string& cluster) { control.EvaluateSoon(cluster); }),
        segments(config.record ? std::make_unique<Segments>(*config.record, metrics, log)
                               : nullptr),
        shadows(ShadowSetups(config)),
        shadow_upkeep(shadows, *store, journal, metrics),
        queries(control, *store),
        orders(control, journal),
        audit(*store, journal, log),
        posts(orders, audit, *store, journal),
        access(metrics, log),
        event_stream(random.Hex(8), {}, metrics),
        server(
            loop, config.serve.place, MakeRouter(Api()),
            [this](const HttpQuestion& question, const std::string& what) {
              log.Error("serve.request_failed",
                        {{"method", question.method}, {"path", question.path}, {"error", what}});
            },
            {}, AnswerRefusal),
        subscriber(bus_context, Inbound(config), ClusterNames(config), clock, loop, metrics, log,
                   [this](const SampleBatch& batch) { control.OnSamples(batch); }),
        pulse(loop, clock.speed(), metrics, supervisor, [this] { return IsReady(); }) {
    if (!config.adapters.sources.empty()) {
      const adapters::BusSide side{bus_context, config.bus.subscriber.limits.max_frame_bytes,
                                   [this] { return subscriber.IsBehind(); }};
      ingest.emplace(std::move(config.adapters), side, clock, metrics, log);
    }
    control.SetShadows(std::move(config.shadows));
    control.Watch(shadows);
    control.Watch(history);
    control.Watch(live_events);
    outward.Attach(control);
    if (segments) {
      recorder.emplace(*segments, config.text);
      control.Watch(*recorder);
    }
    access.LookAgainBy(
        [this] { ReadNotes([this] { access.SetTokens(StoredApiTokens(*store)); }); });
    LookAtNotes();
    control.Start();
    if (recorder) recorder->Begin(control, loop.Now());
    Beat();
    RefreshMetrics();
    KeepShadows();
    KeepHistory();
    loop.OnStopSignal([this] { Stop(); });
    if (!config.path.empty()) {
      loop.OnHangUp([this] { reloader.Reload({.by = "SIGHUP"}, [](const ReloadOutcome&) {}); });
    }
  }

  // What was learned goes with the commit that is due before the stop.
  void Stop() {
    supervisor.Stopping();
    control.Remember();
    shadow_upkeep.Keep();
    loop.At(loop.Now(), [this] { loop.Stop(); });
  }

  bool IsReady() const { return control.is_healthy() && control.is_ready(); }

  const AppConfig& running() const override { return config; }
  bool is_ready() const override { return IsReady(); }
  std::vector<ConfigError> ObjectionsTo(const AppConfig& next) const override {
    return spillway::ObjectionsTo(next.clusters, clusters, control.fleet());
  }

  void Take(ConfigReading reading) override {
    AppConfig& next = *reading.next;
    ClusterLoad next_load(next);  // while it has its policies
    NextClusters taken{
        next.clusters, std::move(next.policies), std::move(next.shadows), {}, next.control,
        next.provision};
    for (const ClusterSpec& cluster : next.clusters) {
      taken.unchanged.push_back(reading.unchanged[cluster.name]);
    }
    std::set<std::string> judged_otherwise = ClustersOfOtherObjectives(config, next);
    judged_otherwise.merge(control.Reconfigure(clusters, std::move(taken)));
    // Nothing of what follows fails.
    std::swap(config, next);
    remote.Reconfigure(std::move(config.conversations));
    shadows.Reconfigure(
        ShadowSetups(config),
        [this](const std::string& name) -> const ClusterSpec& {
          return *std::find_if(clusters.begin(), clusters.end(),
                               [&](const ClusterSpec& cluster) { return cluster.name == name; });
        },
        [&](const std::string& cluster, const std::string& policy) {
          return reading.unchanged[cluster].contains(policy) && !judged_otherwise.contains(cluster);
        });
    if (recorder) recorder->Reconfigure(config.text, loop.Now());
    subscriber.SetClusters(ClusterNames(config));
    objective_metrics = ObjectiveMetrics(config, metrics);
    load = std::move(next_load);
    fleet_metrics.ForgetClusters();
    fleet_metrics.Set(control, loop.Now());
  }

  void RenewCertificates() override {
    server.RenewCertificate();
    if (ingest) ingest->RenewCertificate();
  }

  PluginContext PluginsContext(const SystemClock& clock) {
    return {.clock = clock,
            .http = http,
            .seed = random.Next(),
            .world = &world,
            .overheard = [this](const std::string& account, const std::string& line) {
              log.Limited(LogLevel::kWarning, "providers.program_said",
                          {{"provider", account}, {"line", line}});
            }};
  }

  ApiContext Api() {
    return {.control = control,
            .queries = queries,
            .history = history,
            .metrics = metrics,
            .log = log,
            .access = access,
            .orders = orders,
            .audit = audit,
            .posts = posts,
            .events = event_stream,
            .config = config.text,
            .provider_kinds = config.provider_types,
            .reload =
                [this](ReloadOrder order, Reloader::Done done) {
                  reloader.Reload(std::move(order), std::move(done));
                },
            .shadow_scores = [this](const std::string& cluster) { return ScoresOf(cluster); },
            .open_metrics = config.serve.open_metrics};
  }

  nlohmann::json ScoresOf(const std::string& cluster) const {
    nlohmann::json scores = nlohmann::json::array();
    for (const ShadowScore& score : shadows.Scores()) {
      if (score.cluster != cluster) continue;
      nlohmann::json j = ShadowJson(score);
      j["since"] = ApiJson(score.since);
      j["until"] = ApiJson(score.until);
      scores.push_back(std::move(j));
    }
    return scores;
  }

  void OnDecision(const DecisionRecord& record) override {
    publisher.Publish(bus::DecisionTopic(record.decision.cluster), DecisionBody(record));
    live_events.Tell(record);
    service.on_decision(record);
  }

  void OnHost(const HostRecord& host) override {
    publisher.Publish(bus::HostTopic(host.cluster), HostBody(host));
    live_events.Tell(host);
    service.on_host(host);
  }

  void Beat() {
    publisher.Publish(std::string(bus::kHeartbeatTopic),
                      {{"name", config.name},
                       {"time", loop.Now().time_since_epoch().count()},
                       {"hosts", control.fleet().size()},
                       {"healthy", control.is_healthy()},
                       {"sequences", publisher.Sequences()}});
    loop.At(loop.Now() + config.bus.heartbeat, [this] { Beat(); });
  }

  // What `spillway policy promote` and `spillway tokens` have put down.
  void LookAtNotes() {
    constexpr Duration kEvery = std::chrono::seconds(2);
    ReadNotes([this] { control.TakeRoles(StoredRoles(*store)); });
    ReadNotes([this] { access.SetTokens(StoredApiTokens(*store)); });
    loop.At(loop.Now() + kEvery, [this] { LookAtNotes(); });
  }

  void ReadNotes(const std::function<void()>& read) {
    try {
      read();
    } catch (const StoreError& error) {
      log.Limited(LogLevel::kError, "store.notes_unread", {{"error", error.what()}});
    }
  }

  void KeepShadows() {
    constexpr Duration kEvery = std::chrono::seconds(5);
    loop.At(loop.Now() + kEvery, [this] {
      shadow_upkeep.Keep();
      KeepShadows();
    });
  }

  void KeepHistory() {
    history.Look(control);
    loop.At(loop.Now() + history.step(), [this] { KeepHistory(); });
  }

  void RefreshMetrics() {
    constexpr Duration kEvery = std::chrono::seconds(5);
    fleet_metrics.Set(control, loop.Now());
    objective_metrics.Look(control, loop.Now());
    loop.At(loop.Now() + kEvery, [this] { RefreshMetrics(); });
  }

  Service& service;
  AppConfig config;
  Log& log;
  Metrics metrics;
  FleetMetrics fleet_metrics{metrics};
  ObjectiveMetrics objective_metrics{config, metrics};
  ClusterLoad load{config};
  Random random;
  HttpClient http;
  AsioLoop loop;
  Supervisor supervisor = Supervisor::FromEnvironment();
  std::unique_ptr<Store> store;
  Journal journal;
  SimulatedWorld world;
  ProviderSet providers;
  RegistrarSet registrars;
  ThreadWorkers workers{loop, config.workers_per_lane};
  bus::Context bus_context;
  bus::Publisher publisher;
  std::vector<ClusterSpec> clusters{config.clusters};
  ControlLoop control;
  RemoteLink remote;
  std::unique_ptr<Segments> segments;  // null: it is not recorded
  std::optional<Recorder> recorder;
  Shadows shadows;
  ShadowUpkeep shadow_upkeep;
  Reloader reloader{*this, loop, workers, metrics, log, supervisor};
  History history{config.serve.history, [this](const ClusterSummary& cluster) {
                    return load.Look(cluster, control.observations(), loop.Now());
                  }};
  Queries queries;
  Orders orders;
  AuditLog audit;
  Posts posts;
  Access access;
  EventStream event_stream;
  LiveEvents live_events{loop, event_stream};
  Outward outward{config, {loop, *store, journal, http, random, metrics, log}};
  HttpServer server;
  bus::Subscriber subscriber;
  Pulse pulse;
  std::optional<adapters::Ingest> ingest;  // nothing: there are no adapters
};

Service::Service(AppConfig config, const SystemClock& clock, Log& log)
    : impl_(std::make_unique<Impl>(*this, std::move(config), clock, log)) {}

Service::~Service() = default;

void Service::Run() { impl_->loop.Run(); }
void Service::Stop() { impl_->loop.Stop(); }
EventLoop& Service::loop() { return impl_->loop; }
SimulatedWorld& Service::world() { return impl_->world; }
const Fleet& Service::fleet() const { return impl_->control.fleet(); }
const std::vector<std::string>& Service::inbound_addresses() const {
  return impl_->subscriber.addresses();
}
const std::vector<std::string>& Service::outbound_addresses() const {
  return impl_->publisher.addresses();
}
const std::vector<std::string>& Service::policy_addresses() const {
  return impl_->remote.addresses();
}
std::uint16_t Service::http_port() const { return impl_->server.port(); }
std::optional<std::uint16_t> Service::adapters_port() const {
  if (!impl_->ingest) return std::nullopt;
  return impl_->ingest->port();
}

void ProtectProcess() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
  std::signal(SIGPIPE, SIG_IGN);  // nobody reads the log any more, or TLS met a closed connection
  std::signal(SIGXFSZ, SIG_IGN);  // the store may not grow any more
  std::signal(SIGCHLD, SIG_DFL);  // whoever started us may have ignored it: children are waited for
}

}  // namespace spillway
