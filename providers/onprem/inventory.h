// The machines of a site, as an operator writes them down (README.md has an example), typed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "providers/onprem/power_config.h"
#include "providers/ssh/ssh_config.h"
#include "providers/surroundings.h"
#include "scaler/model/capacity.h"
#include "scaler/model/kinds.h"
#include "scaler/model/money.h"
#include "scaler/model/place.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// Where machines stand: a location of pools.
struct OnpremSite {
  std::string country;  // ISO 3166-1 alpha-2
  std::optional<Coordinates> coordinates;

  friend bool operator==(const OnpremSite&, const OnpremSite&) = default;
};

// Machines that are alike: a plan of pools.
struct MachineClass {
  Capacity capacity;
  Money price_per_hour;
  std::vector<Hypervisor> hypervisors;
  Duration time_to_ready = std::chrono::minutes(10);

  friend bool operator==(const MachineClass&, const MachineClass&) = default;
};

struct InventoryMachine {
  std::string name;  // of letters, digits, '-', '_' and '.': part of file names
  std::string site;
  std::string machine_class;
  std::string address;  // where SSH answers
  int ssh_port = 22;
  std::string ssh_user;  // empty: as the registrar is configured
  PowerConfig power;

  friend bool operator==(const InventoryMachine&, const InventoryMachine&) = default;
};

struct Inventory {
  std::map<std::string, OnpremSite> sites;      // by name
  std::map<std::string, MachineClass> classes;  // by name
  std::optional<SshAccess> ssh;                 // how to log in; needed by wake_on_lan alone
  std::vector<InventoryMachine> machines;       // each site and class in the maps

  // Null when there is none of this name.
  const InventoryMachine* Find(const std::string& machine) const;
};

// Reads `sites`, `classes`, `power`, `ssh` and `machines` of `node`; errors are recorded there, and
// Finish() is the caller's business.
Inventory ReadInventory(const ConfigNode& node);

struct InventoryFile {
  Inventory inventory;
  // Everything that is wrong with it: "/etc/rack.yaml: sites.fra.country (line 1): expected …".
  std::vector<std::string> errors;
};

// The same of a file of its own.
InventoryFile ReadInventoryFile(const std::string& path, const Surroundings& surroundings);

}  // namespace spillway
