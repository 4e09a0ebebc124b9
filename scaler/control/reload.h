// A reload of the configuration: what may stand against it while hosts run, and what came of it.
// What it does to clusters is ControlLoop::Reconfigure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/cluster.h"
#include "scaler/provision/fleet.h"
#include "scaler/runtime/config_diff.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// A cluster with hosts must stay, and with its manager, hypervisor and workload: nobody would
// drain its hosts any more, or another manager would be asked for guests that it does not know.
// Each objection says what to do first. None: it may be taken.
std::vector<ConfigError> ObjectionsTo(const std::vector<ClusterSpec>& next,
                                      const std::vector<ClusterSpec>& running, const Fleet& fleet);

enum class ReloadResult {
  kApplied,    // what can hold at once does, if anything has changed
  kWrong,      // the file is
  kRefused,    // the file is good, but not while this runs
  kFailed,     // the store did not answer
  kImpossible  // there is no file
};
inline constexpr int kReloadResults = 5;
std::string_view Name(ReloadResult result);

struct ReloadOutcome {
  ReloadResult result = ReloadResult::kApplied;
  std::vector<ConfigChange> changes{};  // of the file to what ran before
  std::vector<ConfigError> errors{};    // of what is wrong or refused

  bool needs_restart() const;
};

struct ReloadOrder {
  std::string by;        // who asked for it
  bool is_dry = false;   // only to see what it would do
  std::string reason{};  // as they gave it
};

// Reloads; `done` is called on the loop, later. Loop thread only.
using ReloadConfig =
    std::function<void(ReloadOrder order, std::function<void(const ReloadOutcome&)> done)>;

}  // namespace spillway
