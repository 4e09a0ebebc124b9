// The state of clusters and hosts as metrics, set anew at an interval rather than at each change.
// docs/metrics.md lists them.
#pragma once

#include <array>
#include <map>
#include <string>

#include "scaler/control/control_loop.h"
#include "scaler/runtime/metrics.h"

namespace spillway {

class FleetMetrics {
 public:
  // `metrics` outlives it.
  explicit FleetMetrics(Metrics& metrics);

  void Set(const ControlLoop& control, Time now);

  // Clusters have come and gone: what there is of them is made anew by the next Set.
  void ForgetClusters();

 private:
  // Looking a gauge up by its labels takes longer than setting it.
  struct ClusterGauges {
    Gauge wanted, ready, usable;
    Gauge spent, reserved, running;
    Gauge envelope_month, envelope_hour;
    std::array<Gauge, 5> signals;       // how many there are, by state
    std::map<std::string, Gauge> ages;  // by signal
  };

  void SetHosts(const Fleet& fleet);
  void SetObservations(const Observations& observations);
  void SetCluster(const ClusterSummary& cluster, Time now);
  void SetSignals(ClusterGauges& gauges, const ClusterSummary& cluster, Time now);
  ClusterGauges& GaugesOf(const std::string& cluster);

  Metrics& metrics_;
  Gauge ready_;
  Gauge writable_;
  Gauge series_;
  Gauge series_bytes_;
  Counter dropped_;
  double dropped_so_far_ = 0;
  std::map<std::string, ClusterGauges> clusters_;
};

}  // namespace spillway
