// What stands against a reload of the configuration while hosts run. The reload itself is
// ControlLoop::Reconfigure.
#pragma once

#include <string>
#include <vector>

#include "scaler/model/cluster.h"
#include "scaler/provision/fleet.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// A cluster with hosts must stay, and with its manager, hypervisor and workload: nobody would
// drain its hosts any more, or another manager would be asked for guests that it does not know.
// Each objection says what to do first. None: it may be taken.
std::vector<ConfigError> ObjectionsTo(const std::vector<ClusterSpec>& next,
                                      const std::vector<ClusterSpec>& running, const Fleet& fleet);

}  // namespace spillway
