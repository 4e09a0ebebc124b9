// The state of clusters and hosts as gauges, set anew at an interval rather than at each change.
#pragma once

#include <map>
#include <string>

#include "scaler/control/control_loop.h"
#include "scaler/runtime/metrics.h"

namespace spillway {

class FleetMetrics {
 public:
  // `metrics` outlives it.
  explicit FleetMetrics(Metrics& metrics) : metrics_(metrics) {}

  void Set(const ControlLoop& control);

 private:
  // Looking a gauge up by its labels takes longer than setting it.
  struct ClusterGauges {
    Gauge wanted, ready, usable;
    Gauge spent, reserved, running;
  };

  void SetHosts(const Fleet& fleet);
  void SetCluster(const ClusterSummary& cluster);
  ClusterGauges& GaugesOf(const std::string& cluster);

  Metrics& metrics_;
  std::map<std::string, ClusterGauges> clusters_;
};

}  // namespace spillway
