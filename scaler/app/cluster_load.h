// What each cluster's load takes, in vCPU of its hosts, as far as anything measured tells:
//
//   objective of kind utilisation   value × what is ready
//   objective of kind load          value / limit hosts of the cluster's size
//   no objective, or of a latency   a utilisation that an acting policy of the configuration
//                                   measures, × what is ready
//
// Of anything else nobody knows how much of a host it takes. Loop thread only.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "scaler/app/app_config.h"
#include "scaler/control/history.h"

namespace spillway {

class ClusterLoad {
 public:
  // Before the policies are moved out of `config`.
  explicit ClusterLoad(const AppConfig& config);

  LoadLook Look(const ClusterSummary& cluster, const Observations& observations, Time now) const;

 private:
  struct Measured {
    std::optional<Objective> objective;
    std::optional<SignalSpec> utilisation;
    double host_vcpu = 0;
  };

  std::map<std::string, Measured> measured_;  // by cluster
};

}  // namespace spillway
