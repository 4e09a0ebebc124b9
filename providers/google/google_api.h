// Compute Engine's API (v1) as values: calls with paths below the project's, JSON answers as
// structs. Pure; rest/rest_client.h sends them. What reads an answer throws
// nlohmann::json::exception when a member is missing or of another type.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/pages.h"
#include "providers/rest/rest_client.h"
#include "scaler/model/time.h"

namespace spillway {

struct GoogleLaunch {
  std::string name;
  std::string zone;
  std::string machine_type;
  std::string image;  // "projects/P/global/images/family/F"
  std::int64_t boot_disk_gib = 0;
  std::string boot_disk_type;  // "pd-balanced"
  std::string network;         // "global/networks/N"; ignored when there is a subnetwork
  std::string subnetwork;      // "regions/R/subnetworks/S"; empty: that of the network
  bool public_address = true;
  std::vector<std::string> network_tags;
  std::vector<std::string> ssh_keys;  // "user:ssh-ed25519 AAAA… comment"
  std::string user_data;              // cloud-init, as it is; empty: none
  std::map<std::string, std::string> labels;
  std::string request_id;  // a UUID; within an hour the same one gets the same operation
};

RestCall InsertInstance(const GoogleLaunch& launch);
RestCall GetInstance(const std::string& zone, const std::string& name);
RestCall DeleteInstance(const std::string& zone, const std::string& name);
// In all zones. `page` is empty for the first page.
RestCall ListInstances(const std::string& label, const std::string& value, const std::string& page);
// What was done to the instance of this name, whether or not it is there.
RestCall ListOperations(const std::string& zone, const std::string& instance,
                        const std::string& page);
RestCall ListMachineTypes(const std::string& zone, const std::string& page);
RestCall GetRegion(const std::string& region);
RestCall GetProject();

struct GoogleInstance {
  std::string name;
  std::string zone;
  std::string machine_type;
  std::string status;  // "PROVISIONING", "RUNNING", …
  std::string status_message;
  std::string public_address;
  std::string private_address;
  Time created_at;
  std::map<std::string, std::string> labels;

  friend bool operator==(const GoogleInstance&, const GoogleInstance&) = default;
};

struct GoogleOperationError {
  int http_status = 0;  // 0: not said
  std::string code;     // "ZONE_RESOURCE_POOL_EXHAUSTED"
  std::string message;

  friend bool operator==(const GoogleOperationError&, const GoogleOperationError&) = default;
};

// It has succeeded when it is done and has no error.
struct GoogleOperation {
  std::string type;      // "insert", "delete", …
  std::string instance;  // the name of its target
  bool is_done = false;
  std::optional<GoogleOperationError> error;
  Time asked_at;

  friend bool operator==(const GoogleOperation&, const GoogleOperation&) = default;
};

struct GoogleMachineType {
  std::string name;
  std::int64_t vcpu = 0;
  std::int64_t memory_mib = 0;
  bool is_shared_core = false;  // its processors are its own for a part of the time only
  bool is_obsolete = false;     // no new machines of it

  friend bool operator==(const GoogleMachineType&, const GoogleMachineType&) = default;
};

struct GoogleQuota {
  double limit = 0;
  double usage = 0;  // by the whole project, not by us alone

  friend bool operator==(const GoogleQuota&, const GoogleQuota&) = default;
};
using GoogleQuotas = std::map<std::string, GoogleQuota>;  // by metric: "CPUS", "INSTANCES"

// Instances of all zones that answered, and those of them that could be read.
struct GoogleInstancePage {
  Page<GoogleInstance> page;
  bool is_whole = true;
};

GoogleInstance ReadInstance(const nlohmann::json& body);
GoogleInstancePage ReadInstances(const nlohmann::json& body);
GoogleOperation ReadOperation(const nlohmann::json& body);
Page<GoogleOperation> ReadOperations(const nlohmann::json& body);
Page<GoogleMachineType> ReadMachineTypes(const nlohmann::json& body);
// Of a region or of the project.
GoogleQuotas ReadQuotas(const nlohmann::json& body);

// "[a-z]([-a-z0-9]{0,61}[a-z0-9])?": what an instance, a network tag or a machine type is called.
bool IsGoogleName(std::string_view text);
// What a label may hold: at most 63 lower-case letters, digits, '_' and '-'.
bool IsGoogleLabelValue(std::string_view text);

// A UUID made of `token`: the same for the same, so that a create can be repeated.
std::string GoogleRequestId(std::string_view token);

}  // namespace spillway
