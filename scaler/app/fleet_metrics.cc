#include "scaler/app/fleet_metrics.h"

#include <map>
#include <tuple>

namespace spillway {
namespace {

void SetHosts(Metrics& metrics, const Fleet& fleet) {
  constexpr const char* kName = "spillway_hosts";
  std::map<std::tuple<std::string, std::string, std::string, std::string>, int> counts;
  fleet.ForEach([&](const HostRecord& host) {
    ++counts[{host.cluster, host.pool, host.provider, std::string(Name(host.state))}];
  });
  metrics.ClearGauges(kName);
  for (const auto& [key, count] : counts) {
    const auto& [cluster, pool, provider, state] = key;
    metrics
        .GetGauge(kName, "Hosts that are not gone, by state.",
                  {{"cluster", cluster}, {"pool", pool}, {"provider", provider}, {"state", state}})
        .Set(count);
  }
}

void SetCluster(Metrics& metrics, const ClusterSummary& cluster) {
  const MetricLabels labels{{"cluster", cluster.name}};
  const auto set = [&](const char* name, const char* help, double value) {
    metrics.GetGauge(name, help, labels).Set(value);
  };
  set("spillway_cluster_wanted_vcpus", "vCPU last decided.",
      static_cast<double>(cluster.wanted.vcpu));
  set("spillway_cluster_ready_vcpus", "vCPU of ready hosts.",
      static_cast<double>(cluster.ready.vcpu));
  set("spillway_cluster_usable_vcpus", "vCPU of hosts that are ready or coming.",
      static_cast<double>(cluster.usable.vcpu));
  set("spillway_cluster_spent_month", "Money spent this calendar month, in currency units.",
      cluster.money.spent_this_month.ToDouble());
  set("spillway_cluster_reserved", "Money set aside for the worst case, in currency units.",
      cluster.money.reserved.ToDouble());
  set("spillway_cluster_running_per_hour", "Price of all hosts that are not gone, per hour.",
      cluster.money.running_per_hour.ToDouble());
}

}  // namespace

void SetFleetMetrics(Metrics& metrics, const ControlLoop& control) {
  SetHosts(metrics, control.fleet());
  for (const ClusterSummary& cluster : control.Summaries()) SetCluster(metrics, cluster);
}

}  // namespace spillway
