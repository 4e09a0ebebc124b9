// How a site of own machines stands in the configuration (README.md has an example), typed.
#pragma once

#include <string>

#include "providers/builtin.h"
#include "providers/onprem/inventory.h"
#include "providers/provider.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

struct OnpremConfig {
  std::string name;            // of the site in the configuration
  Inventory inventory;         // when it stands in the configuration itself
  std::string inventory_file;  // else the file, read when the provider is made
  std::string state;           // the folder of reservations; every process of this site shares it

  // A machine that is still off so long after it was taken, or on and silent so long, is faulty.
  Duration power_on_limit = std::chrono::minutes(3);
  Duration boot_limit = std::chrono::minutes(20);
  // How long a machine may take to shut down before its power is cut.
  Duration shutdown_limit = std::chrono::minutes(3);
  // A faulty machine is left alone for so long, doubled each time, at most so long.
  Duration set_aside_first = std::chrono::minutes(5);
  Duration set_aside_longest = std::chrono::hours(24);

  CreateBudget create_budget{.per_second = 2.0, .burst = 10, .in_flight = 50};
  int parallel_calls = 8;                               // for each lane
  Duration call_time_limit = std::chrono::seconds(10);  // of each request to a BMC
};

// Reads and checks; errors are recorded in `node`, whose Finish() is the caller's business.
OnpremConfig ReadOnpremConfig(const std::string& name, const ConfigNode& node);

// For the list in providers/builtin.cc.
ParsedProvider ParseOnpremProvider(const std::string& name, const ConfigNode& node);

}  // namespace spillway
