#include "scaler/cli/demo/scorecard.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

void Add(Outcome& outcome, Duration time, bool is_served) {
  (is_served ? outcome.served : outcome.violated) += time;
}

std::int64_t HostsFor(double vcpu, const Offer& offer) {
  const auto size = static_cast<double>(offer.capacity.vcpu);
  return vcpu <= 0 || size <= 0 ? 0 : static_cast<std::int64_t>(std::ceil(vcpu / size));
}

}  // namespace

double Outcome::ServedShare() const {
  const Duration all = served + violated;
  return all.count() == 0 ? 1.0 : Seconds(served) / Seconds(all);
}

double ReadyVcpu(std::span<const HostRecord> hosts) {
  std::int64_t vcpu = 0;
  for (const HostRecord& host : hosts) {
    if (IsReady(host)) vcpu += host.capacity.vcpu;
  }
  return static_cast<double>(vcpu);
}

void Scorecard::Observe(const FleetSnapshot& snapshot) {
  if (last_) {
    const Duration passed = snapshot.now - last_->now;
    Add(ours_, passed, last_->demand <= last_->ready);
    Add(rack_alone_, passed, last_->demand <= RackVcpu());
  }
  if (!first_) first_ = snapshot.now;
  last_ = Last{snapshot.now, snapshot.demand_vcpu, ReadyVcpu(snapshot.hosts)};
  peak_ = std::max(peak_, snapshot.demand_vcpu);
  for (const HostRecord& host : snapshot.hosts) hosts_[host.id] = host;
}

Money Scorecard::CostSoFar() const {
  Money cost;
  for (const auto& [id, host] : hosts_) cost += CostOf(host);
  return cost;
}

Summary Scorecard::Summarise() const {
  Summary summary;
  summary.ours = ours_;
  summary.peak_demand_vcpu = peak_;
  for (const auto& [id, host] : hosts_) {
    const Money cost = CostOf(host);
    summary.ours.cost += cost;
    summary.cost_by_provider[host.provider] += cost;
    if (host.machine.empty()) continue;
    ++summary.created;
    if (!IsLive(host)) ++summary.removed;
    if (!host.ready_at && !host.failure.empty()) ++summary.failed;
  }

  summary.static_cloud_hosts = HostsFor(peak_ - RackVcpu(), alternatives_.cloud);
  summary.static_cloud_plan = alternatives_.cloud.plan;
  summary.static_peak = StaticOutcome(alternatives_.rack_hosts, summary.static_cloud_hosts);
  summary.static_peak.served = Elapsed();
  summary.rack_hosts = alternatives_.rack_hosts;
  summary.rack_alone = StaticOutcome(alternatives_.rack_hosts, 0);
  summary.rack_alone.served = rack_alone_.served;
  summary.rack_alone.violated = rack_alone_.violated;
  return summary;
}

Duration Scorecard::Elapsed() const { return last_ ? last_->now - *first_ : Duration(0); }

Money Scorecard::CostOf(const HostRecord& host) const {
  // The books pay from before the create call on, in case of the worst; here it is known that no
  // machine came of it.
  const bool had_none = host.machine.empty() && !IsLive(host);
  if (!host.paid_from || !last_ || had_none) return {};
  const Time end = host.gone_at ? *host.gone_at : last_->now;
  return Cost(host.price_per_hour, host.billing, std::max(end - *host.paid_from, Duration(0)));
}

Outcome Scorecard::StaticOutcome(std::int64_t rack_hosts, std::int64_t cloud_hosts) const {
  const auto cost = [this](const Offer& offer, std::int64_t hosts) {
    return Cost(offer.price_per_hour, offer.billing, Elapsed()) * hosts;
  };
  return {{}, {}, cost(alternatives_.rack, rack_hosts) + cost(alternatives_.cloud, cloud_hosts)};
}

double Scorecard::RackVcpu() const {
  return static_cast<double>(alternatives_.rack.capacity.vcpu * alternatives_.rack_hosts);
}

}  // namespace spillway
