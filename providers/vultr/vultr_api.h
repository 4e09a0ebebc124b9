// Vultr's API v2 as values: calls to be sent, answers to structs. Pure; providers/rest sends them.
// Cloud instances and bare metal stand side by side in it: each has calls of its own, alike but for
// their words. `ClusterType` says which is meant.
//
// Readers throw nlohmann::json::exception when a member is missing or of another type.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/pages.h"
#include "providers/provider.h"
#include "providers/rest/rest_client.h"
#include "scaler/model/kinds.h"
#include "scaler/model/time.h"

namespace spillway {

struct VultrLaunch {
  ClusterType type = ClusterType::kVirtual;
  std::string region;
  std::string plan;
  std::string name;  // label and host name
  std::vector<std::string> tags;
  std::int64_t os_id = 0;             // or
  std::string snapshot;               // one of the account's
  std::string user_data;              // as it is, not yet base64; empty: none
  std::vector<std::string> ssh_keys;  // ids
  std::string firewall_group;         // virtual only; empty: none
  std::string disks;                  // metal only: "raid1", "jbod", "none"; empty: Vultr's default
};

struct VultrMachine {
  std::string id;  // "instances/UUID" or "bare-metals/UUID": its path, which tells its type as well
  std::string region;
  std::string plan;
  std::string address;  // empty until it has one
  std::string status;
  std::string power_status;   // virtual only
  std::string server_status;  // virtual only
  std::vector<std::string> tags;
  Time created_at;

  friend bool operator==(const VultrMachine&, const VultrMachine&) = default;
};

struct VultrRegion {
  std::string id;
  std::string country;

  friend bool operator==(const VultrRegion&, const VultrRegion&) = default;
};

// US dollars; 0: not said.
struct VultrCost {
  double hourly = 0;
  double monthly = 0;

  friend bool operator==(const VultrCost&, const VultrCost&) = default;
};

struct VultrPlan {
  std::string id;
  ClusterType type = ClusterType::kVirtual;
  std::int64_t vcpu = 0;  // hardware threads on metal
  std::int64_t memory_mib = 0;
  VultrCost cost;
  std::map<std::string, VultrCost> cost_at;  // where a region has prices of its own
  std::vector<std::string> locations;
  bool has_gpu = false;
  // Can be had as an ordinary machine: on demand, with a disk and a public IPv4 address of its own.
  bool is_ordinary = true;

  friend bool operator==(const VultrPlan&, const VultrPlan&) = default;
};

struct VultrOs {
  std::int64_t id = 0;
  std::string name;

  friend bool operator==(const VultrOs&, const VultrOs&) = default;
};

// The type that the id of a machine tells; nothing when it is no id that this provider gives.
std::optional<ClusterType> VultrTypeOf(std::string_view machine_id);

RestCall CreateVultrMachine(const VultrLaunch& launch);
// REQUIRES: VultrTypeOf(machine_id).
RestCall GetVultrMachine(const std::string& machine_id);
RestCall DeleteVultrMachine(const std::string& machine_id);
// One page; `cursor` is empty for the first. All machines of the account: metal cannot be asked for
// by tag, and filters for instances by tag are going away.
RestCall ListVultrMachines(ClusterType type, const std::string& cursor);
// No more of them than it takes to learn how many there are.
RestCall CountVultrMachines(ClusterType type);
RestCall GetVultrAccount();
RestCall ListVultrRegions(const std::string& cursor);
RestCall ListVultrPlans(ClusterType type, const std::string& cursor);
// Those of `type` that can be had now.
RestCall ListVultrStock(const std::string& region, ClusterType type);
RestCall ListVultrOs(const std::string& cursor);

// Entries that cannot be read are nothing.
VultrMachine ReadVultrMachine(const nlohmann::json& answer, ClusterType type);
Page<std::optional<VultrMachine>> ReadVultrMachines(const nlohmann::json& answer, ClusterType type);
std::int64_t ReadVultrCount(const nlohmann::json& answer);
Page<VultrRegion> ReadVultrRegions(const nlohmann::json& answer);
Page<std::optional<VultrPlan>> ReadVultrPlans(const nlohmann::json& answer, ClusterType type);
std::vector<std::string> ReadVultrStock(const nlohmann::json& answer);
Page<VultrOs> ReadVultrOs(const nlohmann::json& answer);

// What its words say; kUnknown for words that this version does not know.
MachineState VultrStateOf(const VultrMachine& machine);
// "active, running, ok", for people.
std::string VultrStateText(const VultrMachine& machine);

}  // namespace spillway
