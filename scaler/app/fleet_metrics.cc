#include "scaler/app/fleet_metrics.h"

#include <map>
#include <tuple>

namespace spillway {

void FleetMetrics::Set(const ControlLoop& control) {
  SetHosts(control.fleet());
  for (const ClusterSummary& cluster : control.Summaries()) SetCluster(cluster);
}

void FleetMetrics::SetHosts(const Fleet& fleet) {
  constexpr const char* kName = "spillway_hosts";
  std::map<std::tuple<std::string, std::string, std::string, std::string>, int> counts;
  fleet.ForEach([&](const HostRecord& host) {
    ++counts[{host.cluster, host.pool, host.provider, std::string(Name(host.state))}];
  });
  metrics_.ClearGauges(kName);
  for (const auto& [key, count] : counts) {
    const auto& [cluster, pool, provider, state] = key;
    metrics_
        .GetGauge(kName, "Hosts that are not gone, by state.",
                  {{"cluster", cluster}, {"pool", pool}, {"provider", provider}, {"state", state}})
        .Set(count);
  }
}

void FleetMetrics::SetCluster(const ClusterSummary& cluster) {
  ClusterGauges& gauges = GaugesOf(cluster.name);
  gauges.wanted.Set(static_cast<double>(cluster.wanted.vcpu));
  gauges.ready.Set(static_cast<double>(cluster.ready.vcpu));
  gauges.usable.Set(static_cast<double>(cluster.usable.vcpu));
  gauges.spent.Set(cluster.money.spent_this_month.ToDouble());
  gauges.reserved.Set(cluster.money.reserved.ToDouble());
  gauges.running.Set(cluster.money.running_per_hour.ToDouble());
}

FleetMetrics::ClusterGauges& FleetMetrics::GaugesOf(const std::string& cluster) {
  const auto known = clusters_.find(cluster);
  if (known != clusters_.end()) return known->second;
  const auto gauge = [&](const char* name, const char* help) {
    return metrics_.GetGauge(name, help, {{"cluster", cluster}});
  };
  return clusters_[cluster] = {
             gauge("spillway_cluster_wanted_vcpus", "vCPU last decided."),
             gauge("spillway_cluster_ready_vcpus", "vCPU of ready hosts."),
             gauge("spillway_cluster_usable_vcpus", "vCPU of hosts that are ready or coming."),
             gauge("spillway_cluster_spent_month",
                   "Money spent this calendar month, in currency units."),
             gauge("spillway_cluster_reserved",
                   "Money set aside for the worst case, in currency units."),
             gauge("spillway_cluster_running_per_hour",
                   "Price of all hosts that are not gone, per hour.")};
}

}  // namespace spillway
