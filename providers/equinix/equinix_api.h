// The Metal API v1 of Equinix as values: requests to calls, answers to structs. Pure;
// rest/rest_client.h sends them. Source: its last published description, February 2025.
//
// What reads an answer throws nlohmann::json::exception when a member that is needed is missing or
// of another type.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "providers/equinix/equinix_plans.h"
#include "providers/pages.h"
#include "providers/rest/rest_client.h"
#include "scaler/model/money.h"
#include "scaler/model/time.h"

namespace spillway {

struct EquinixLaunch {
  std::string project;
  std::string metro;
  std::string plan;
  std::string hostname;
  std::string operating_system;
  std::string user_data;  // as it is; empty: none
  std::vector<std::string> tags;
  std::vector<std::string> project_ssh_keys;  // by id, as the next
  std::vector<std::string> user_ssh_keys;     // both empty: none at all
  bool has_public_address = true;
  std::optional<Time> terminate_at;
};

RestCall CreateDevice(const EquinixLaunch& launch);
RestCall GetDevice(const std::string& id);
RestCall DeleteDevice(const std::string& id);
RestCall ListEvents(const std::string& device_id);
// One page of the project's devices with a tag (empty: of all); `page` is empty for the first.
RestCall ListDevices(const std::string& project, const std::string& tag, const std::string& page);
// A page of one, for its total.
RestCall CountDevices(const std::string& project);
RestCall ListPlans(const std::string& project);
RestCall ListMetros();
RestCall ListCapacity();
// Whether one machine of `plan` is to be had.
RestCall CheckCapacity(const std::string& metro, const std::string& plan);

struct EquinixDevice {
  std::string id;
  std::string state;  // "queued", "active", …
  std::string plan;
  std::string metro;
  std::string public_address;   // IPv4, empty until it has one, as the next
  std::string private_address;  // IPv4
  std::vector<std::string> tags;
  std::optional<double> provisioned_percent;  // while it is provisioned
  Time created_at = kDistantPast;

  friend bool operator==(const EquinixDevice&, const EquinixDevice&) = default;
};

struct EquinixPlan {
  std::string slug;
  bool is_metal = false;
  bool is_on_demand = false;
  std::vector<EquinixCpus> cpus;
  std::int64_t memory_mib = 0;  // 0: it does not say
  std::optional<Money> price;   // per hour
  // Where it is to be had, by the metro's id or code, with a price of its own where it has one.
  std::map<std::string, std::optional<Money>> metros;

  friend bool operator==(const EquinixPlan&, const EquinixPlan&) = default;
};

struct EquinixMetro {
  std::string id;
  std::string code;
  std::string country;  // ISO 3166-1 alpha-2

  friend bool operator==(const EquinixMetro&, const EquinixMetro&) = default;
};

// A page of the list of devices.
struct EquinixDevices {
  Page<EquinixDevice> page;
  std::int64_t unreadable = 0;  // devices of the page that have no id or no tags
  std::int64_t total = 0;       // of all pages
};

// Machines to be had, by metro code and plan; no entry where the API gives no number.
using EquinixStock = std::map<std::string, std::map<std::string, std::int64_t>>;

EquinixDevice ReadDevice(const nlohmann::json& body);
EquinixDevices ReadDevices(const nlohmann::json& body);
// What happened to the device in words, the latest first.
std::vector<std::string> ReadEvents(const nlohmann::json& body);
std::vector<EquinixPlan> ReadPlans(const nlohmann::json& body);
std::vector<EquinixMetro> ReadMetros(const nlohmann::json& body);
EquinixStock ReadStock(const nlohmann::json& body);
bool ReadIsAvailable(const nlohmann::json& body);

}  // namespace spillway
