#include "scaler/cli/demo/demo_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <ostream>

#include "providers/simulated/simulated_world.h"
#include "scaler/cli/demo/summary_table.h"
#include "scaler/provision/fleet.h"

namespace spillway {
namespace {

constexpr Duration kTick = std::chrono::seconds(30);
constexpr Duration kLongestGiveBack = std::chrono::hours(6);

// Each provider once, in the order of the ladder.
std::vector<std::string> ProvidersOf(const ClusterSpec& cluster) {
  std::vector<std::string> providers;
  for (const PoolSpec& pool : cluster.ladder) {
    if (std::find(providers.begin(), providers.end(), pool.provider) == providers.end()) {
      providers.push_back(pool.provider);
    }
  }
  return providers;
}

double PricePerVcpu(const Offer& offer) {
  return offer.price_per_hour.ToDouble() / static_cast<double>(offer.capacity.vcpu);
}

// The rack is the ladder's first pool; the cloud is the cheapest offer of all others.
Alternatives AlternativesOf(const ClusterSpec& cluster, SimulatedWorld& world) {
  Alternatives alternatives;
  bool has_cloud = false;
  for (SimulatedCloud* cloud : world.Clouds()) {
    for (const Offer& offer : cloud->spec().offers) {
      if (offer.provider == cluster.ladder.front().provider) {
        alternatives.rack = offer;
        alternatives.rack_hosts = cluster.ladder.front().max_hosts;
      } else if (!has_cloud || PricePerVcpu(offer) < PricePerVcpu(alternatives.cloud)) {
        alternatives.cloud = offer;
        has_cloud = true;
      }
    }
  }
  return alternatives;
}

// The demo's policy keeps a fifth of every host free for what comes while machines start.
double PeakVcpu(const ClusterSpec& cluster, std::int64_t peak_hosts) {
  return 0.8 * static_cast<double>(cluster.host_size.vcpu * peak_hosts);
}

PainterPlan PlanOf(const std::string& cluster, const LoadProfile& profile, Time start,
                   const std::vector<std::string>& providers, double speed) {
  return {fmt::format("spillway demo · {} · {:g}× time lapse", cluster, speed), start,
          profile.Length(), providers, profile.Peak()};
}

// The schedule of the demo's policy reads the clock: its day begins at midnight.
Time Midnight() { return std::chrono::floor<std::chrono::days>(SystemClock().Now()); }

AppConfig WithStore(AppConfig config, const std::string& file) {
  config.store = {StoreKind::kSqlite, file};
  return config;
}

}  // namespace

DemoRun::DemoRun(AppConfig config, LoadProfile profile, const DemoOptions& options,
                 PainterStyle style, std::ostream& out)
    : cluster_(config.clusters.front()),
      profile_(ScaledTo(std::move(profile), PeakVcpu(cluster_, options.peak_hosts))),
      out_(out),
      clock_(options.speed, Midnight()),
      start_(clock_.Now()),
      log_(LogLevel::kError),
      service_(WithStore(std::move(config), scratch_.File("demo.db")), clock_, log_),
      sender_(service_.inbound_addresses().front()),
      providers_(ProvidersOf(cluster_)),
      card_(AlternativesOf(cluster_, service_.world())),
      painter_(out, style, PlanOf(cluster_.name, profile_, start_, providers_, options.speed)) {
  service_.on_host = [this](const HostRecord& host) { OnHost(host); };
  service_.loop().Post([this] { Tick(); });
}

DemoRun::~DemoRun() = default;

bool DemoRun::Run() {
  service_.Run();
  Show();
  Summary summary = card_.Summarise();
  summary.left_over = static_cast<std::int64_t>(service_.world().MachinesNow().size());
  out_ << "\n";
  for (const std::string& line : SummaryTable(summary)) out_ << line << "\n";
  out_.flush();
  return summary.left_over == 0;
}

void DemoRun::Tick() {
  const Duration since_start = service_.loop().Now() - start_;
  Feed(since_start);
  Show();
  if (IsOver(since_start)) return service_.Stop();
  service_.loop().At(service_.loop().Now() + kTick, [this] { Tick(); });
}

void DemoRun::Feed(Duration since_start) {
  const bool is_day = since_start < profile_.Length();
  sender_.Send({cluster_.name, "demand", {}}, is_day ? profile_.At(since_start) : 0.0);
}

void DemoRun::Show() {
  const Time now = service_.loop().Now();
  const Duration since_start = now - start_;
  std::vector<HostRecord> hosts = service_.fleet().All();
  hosts.insert(hosts.end(), gone_.begin(), gone_.end());
  gone_.clear();
  const double demand = since_start < profile_.Length() ? profile_.At(since_start) : 0.0;
  const FleetSnapshot snapshot{now, demand, hosts};
  card_.Observe(snapshot);
  painter_.OnFrame(FrameOf(snapshot, card_, providers_));
}

void DemoRun::OnHost(const HostRecord& host) {
  const Time now = service_.loop().Now();
  if (host.state == HostState::kGone) gone_.push_back(host);
  if (host.state == HostState::kReady && host.goal == HostGoal::kServe) {
    painter_.OnEvent(now, fmt::format("host {} is ready at {}", host.id, host.provider));
  } else if (host.state == HostState::kFailed) {
    painter_.OnEvent(now, fmt::format("host {} failed: {}", host.id, host.failure));
  } else if (host.state == HostState::kGone && host.failure.empty()) {
    painter_.OnEvent(now, fmt::format("host {} of {} is given back", host.id, host.provider));
  }
}

bool DemoRun::IsOver(Duration since_start) const {
  if (since_start < profile_.Length()) return false;
  const bool all_gone = service_.fleet().size() == 0 && gone_.empty();
  return all_gone || since_start >= profile_.Length() + kLongestGiveBack;
}

}  // namespace spillway
