// The whole service on simulated time, in one thread, in a world that fails by a seed, with a
// process that is killed at chosen or random moments and started again on what is stored.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "providers/simulated/simulated_world.h"
#include "scaler/app/app_config.h"
#include "scaler/control/control_loop.h"
#include "scaler/runtime/random.h"
#include "scaler/runtime/simulated_loop.h"
#include "scaler/store/memory_store.h"
#include "tests/sim/crashing_store.h"

namespace spillway::sim {

struct Options {
  std::uint64_t seed = 1;
  std::string config;  // YAML; its providers and registrars are simulated
  // Load in hosts at a time since the start; nothing: no sample comes.
  std::function<std::optional<double>(Duration)> load;
  // What people do at a time since the start; it is asked every few seconds.
  std::function<void(Duration, ControlLoop&)> people = [](Duration, ControlLoop&) {};
  // Kill the process at this moment (1, 2, …; see `moments`); 0: never.
  std::int64_t crash_at = 0;
  // Kill the process at each moment with this chance, while the day lasts.
  double crash_chance = 0;
  bool machines_die = false;   // by a fault of `config`: their guests are hurt without our doing
  std::string record_to = {};  // a folder for a recording; empty: none
  Duration day = std::chrono::hours(6);
  Duration quiet = std::chrono::hours(3);  // after the day, without crashes, to settle
};

// What one run broke and did; `violations` is empty when every invariant held.
struct Outcome {
  std::vector<std::string> violations;
  std::int64_t moments = 0;  // at which it could have been killed
  std::int64_t crashes = 0;
  std::int64_t machines_ever = 0;
  std::int64_t most_hosts = 0;
  Money spent;                            // by the books, this month
  Money billed;                           // by the providers
  std::vector<DecisionRecord> decisions;  // oldest first
};

Outcome Simulate(const Options& options);

}  // namespace spillway::sim
