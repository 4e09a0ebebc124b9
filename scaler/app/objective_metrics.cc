#include "scaler/app/objective_metrics.h"

namespace spillway {

ObjectiveMetrics::ObjectiveMetrics(const AppConfig& config, Metrics& metrics) {
  for (std::size_t i = 0; i < config.clusters.size(); ++i) {
    if (!config.rehearsals[i].objective) continue;
    const MetricLabels labels = {{"cluster", config.clusters[i].name}};
    watched_.push_back(
        {i, static_cast<double>(config.clusters[i].host_size.vcpu), *config.rehearsals[i].objective,
         metrics.GetCounter("spillway_cluster_judged_seconds_total",
                            "Time in which it could be told whether the objective was kept.",
                            labels),
         metrics.GetCounter("spillway_cluster_violated_seconds_total",
                            "Of that, the time in which the objective was violated.", labels),
         std::nullopt});
  }
}

void ObjectiveMetrics::Look(const ControlLoop& control, Time now) {
  if (watched_.empty()) return;
  const double elapsed = last_look_ ? Seconds(now - *last_look_) : 0;
  last_look_ = now;
  const std::vector<ClusterSummary> clusters = control.Summaries();
  for (Watched& watched : watched_) {
    if (watched.is_violated) watched.judged.Add(elapsed);
    if (watched.is_violated.value_or(false)) watched.violated.Add(elapsed);
    const ClusterSummary& cluster = clusters[watched.cluster];
    const double ready_hosts = static_cast<double>(cluster.ready.vcpu) / watched.host_vcpus;
    const auto value =
        ValueOf(watched.objective, cluster.name, ready_hosts, control.observations(), now);
    watched.is_violated.reset();
    if (value) watched.is_violated = *value > watched.objective.limit;
  }
}

}  // namespace spillway
