// For how long each cluster's objective was looked at, and for how long it was violated. Loop
// thread only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scaler/app/app_config.h"
#include "scaler/control/control_loop.h"
#include "scaler/runtime/metrics.h"

namespace spillway {

class ObjectiveMetrics {
 public:
  // Clusters without an objective are left out. `metrics` outlives it.
  ObjectiveMetrics(const AppConfig& config, Metrics& metrics);

  // Call at an interval: what is found holds until the next call. A time in which the objective
  // cannot be told (no signal) is not judged.
  void Look(const ControlLoop& control, Time now);

 private:
  struct Watched {
    std::size_t cluster;  // its place in the configuration
    double host_vcpus;    // of what "a host" means
    Objective objective;
    Counter judged, violated;
    std::optional<bool> is_violated;  // since the last look
  };

  std::vector<Watched> watched_;
  std::optional<Time> last_look_;
};

}  // namespace spillway
