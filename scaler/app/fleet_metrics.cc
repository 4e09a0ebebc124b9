#include "scaler/app/fleet_metrics.h"

#include <cmath>
#include <limits>
#include <tuple>

namespace spillway {
namespace {

constexpr std::array kSignalStates = {SignalState::kFresh, SignalState::kPartial,
                                      SignalState::kStale, SignalState::kMissing,
                                      SignalState::kNotFinite};

constexpr std::array kClusterGauges = {
    "spillway_cluster_wanted_vcpus",   "spillway_cluster_ready_vcpus",
    "spillway_cluster_usable_vcpus",   "spillway_cluster_spent_month",
    "spillway_cluster_reserved",       "spillway_cluster_running_per_hour",
    "spillway_cluster_envelope_month", "spillway_cluster_envelope_per_hour",
    "spillway_signal_age_seconds",     "spillway_signals"};

struct HostSum {
  int hosts = 0;
  Capacity capacity;
};

double LimitOf(Money money) {
  return money == Money::Unlimited() ? std::numeric_limits<double>::infinity() : money.ToDouble();
}

}  // namespace

FleetMetrics::FleetMetrics(Metrics& metrics)
    : metrics_(metrics),
      ready_(metrics.GetGauge("spillway_control_ready",
                              "1 when every cluster was evaluated at least once.")),
      writable_(metrics.GetGauge("spillway_store_writable",
                                 "0 while the store fails: nothing is decided then.")),
      series_(metrics.GetGauge("spillway_observe_series", "Series that are kept.")),
      series_bytes_(metrics.GetGauge("spillway_observe_series_bytes", "Memory of all series.")),
      dropped_(metrics.GetCounter("spillway_observe_dropped_total",
                                  "Samples of series that were never announced.")) {}

void FleetMetrics::Set(const ControlLoop& control, Time now) {
  ready_.Set(control.is_ready() ? 1 : 0);
  writable_.Set(control.is_healthy() ? 1 : 0);
  SetHosts(control.fleet());
  SetObservations(control.observations());
  for (const ClusterSummary& cluster : control.Summaries()) SetCluster(cluster, now);
}

void FleetMetrics::ForgetClusters() {
  clusters_.clear();
  for (const char* name : kClusterGauges) metrics_.ClearGauges(name);
}

void FleetMetrics::SetHosts(const Fleet& fleet) {
  std::map<std::tuple<std::string, std::string, std::string, std::string>, HostSum> sums;
  fleet.ForEach([&](const HostRecord& host) {
    HostSum& sum = sums[{host.cluster, host.pool, host.provider, std::string(Name(host.state))}];
    ++sum.hosts;
    sum.capacity += host.capacity;
  });
  for (const char* name :
       {"spillway_hosts", "spillway_hosts_vcpus", "spillway_hosts_memory_bytes"}) {
    metrics_.ClearGauges(name);
  }
  for (const auto& [key, sum] : sums) {
    const auto& [cluster, pool, provider, state] = key;
    const MetricLabels labels = {
        {"cluster", cluster}, {"pool", pool}, {"provider", provider}, {"state", state}};
    metrics_.GetGauge("spillway_hosts", "Hosts that are not gone, by state.", labels)
        .Set(sum.hosts);
    metrics_.GetGauge("spillway_hosts_vcpus", "vCPU of these hosts.", labels)
        .Set(static_cast<double>(sum.capacity.vcpu));
    metrics_.GetGauge("spillway_hosts_memory_bytes", "Memory of these hosts.", labels)
        .Set(static_cast<double>(sum.capacity.memory_mib) * 1024 * 1024);
  }
}

void FleetMetrics::SetObservations(const Observations& observations) {
  series_.Set(static_cast<double>(observations.series_count()));
  series_bytes_.Set(static_cast<double>(observations.bytes()));
  const auto dropped = static_cast<double>(observations.dropped());
  dropped_.Add(dropped - dropped_so_far_);
  dropped_so_far_ = dropped;
}

void FleetMetrics::SetCluster(const ClusterSummary& cluster, Time now) {
  ClusterGauges& gauges = GaugesOf(cluster.name);
  gauges.wanted.Set(static_cast<double>(cluster.wanted.vcpu));
  gauges.ready.Set(static_cast<double>(cluster.ready.vcpu));
  gauges.usable.Set(static_cast<double>(cluster.usable.vcpu));
  gauges.spent.Set(cluster.money.spent_this_month.ToDouble());
  gauges.reserved.Set(cluster.money.reserved.ToDouble());
  gauges.running.Set(cluster.money.running_per_hour.ToDouble());
  gauges.envelope_month.Set(LimitOf(cluster.envelope.per_month));
  gauges.envelope_hour.Set(LimitOf(cluster.envelope.per_hour));
  SetSignals(gauges, cluster, now);
}

void FleetMetrics::SetSignals(ClusterGauges& gauges, const ClusterSummary& cluster, Time now) {
  std::array<int, kSignalStates.size()> counts{};
  for (auto& [name, age] : gauges.ages) age.Set(std::nan(""));
  for (const Signal& signal : cluster.signals) {
    ++counts[static_cast<std::size_t>(signal.state)];
    if (signal.state == SignalState::kMissing) continue;
    const auto [age, is_new] = gauges.ages.try_emplace(signal.name);
    if (is_new) {
      age->second =
          metrics_.GetGauge("spillway_signal_age_seconds", "Age of a signal's newest sample.",
                            {{"cluster", cluster.name}, {"signal", signal.name}});
    }
    age->second.Set(Seconds(signal.age + (now - cluster.signals_at)));
  }
  for (std::size_t i = 0; i < counts.size(); ++i) gauges.signals[i].Set(counts[i]);
}

FleetMetrics::ClusterGauges& FleetMetrics::GaugesOf(const std::string& cluster) {
  const auto known = clusters_.find(cluster);
  if (known != clusters_.end()) return known->second;
  const auto gauge = [&](const char* name, const char* help) {
    return metrics_.GetGauge(name, help, {{"cluster", cluster}});
  };
  ClusterGauges& gauges = clusters_[cluster];
  gauges.wanted = gauge("spillway_cluster_wanted_vcpus", "vCPU last decided.");
  gauges.ready = gauge("spillway_cluster_ready_vcpus", "vCPU of ready hosts.");
  gauges.usable = gauge("spillway_cluster_usable_vcpus", "vCPU of hosts that are ready or coming.");
  gauges.spent =
      gauge("spillway_cluster_spent_month", "Money spent this calendar month, in currency units.");
  gauges.reserved =
      gauge("spillway_cluster_reserved", "Money set aside for the worst case, in currency units.");
  gauges.running =
      gauge("spillway_cluster_running_per_hour", "Price of all hosts that are not gone, per hour.");
  gauges.envelope_month =
      gauge("spillway_cluster_envelope_month",
            "Money that a calendar month may cost, in currency units; +Inf without a limit.");
  gauges.envelope_hour =
      gauge("spillway_cluster_envelope_per_hour",
            "Money that an hour may cost, in currency units; +Inf without a limit.");
  for (std::size_t i = 0; i < kSignalStates.size(); ++i) {
    gauges.signals[i] =
        metrics_.GetGauge("spillway_signals", "Signals of the cluster's policies, by state.",
                          {{"cluster", cluster}, {"state", std::string(Name(kSignalStates[i]))}});
  }
  return gauges;
}

}  // namespace spillway
