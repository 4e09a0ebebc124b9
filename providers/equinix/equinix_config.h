// How an Equinix Metal project stands in the configuration (README.md has an example), typed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "providers/account_config.h"
#include "providers/builtin.h"
#include "providers/equinix/equinix_credentials.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

struct EquinixConfig {
  AccountConfig account;
  std::string ca_file;  // PEM, whom the endpoint is believed by; empty: the system's
  EquinixAccessOptions access;
  std::vector<std::string> metros;  // the locations of pools: "fr", "am"
  std::vector<std::string> plans;   // that are offered; empty: all
  std::string operating_system = "ubuntu_24_04";
  // Keys of Equinix's that may log in, by id; both empty: none but what user data brings.
  std::vector<std::string> project_ssh_keys;
  std::vector<std::string> user_ssh_keys;
  std::map<std::string, std::int64_t> vcpu;  // by plan; goes before the shipped table
  // The project's limit, which the API tells only by refusing; nothing: it is not known.
  std::optional<std::int64_t> device_quota;
  // Equinix ends each machine so long after its birth, whatever has become of Spillway; nothing:
  // it does not.
  std::optional<Duration> terminate_after;
};

// Reads and checks; errors are recorded in `node`, whose Finish() is the caller's business.
EquinixConfig ReadEquinixConfig(const std::string& name, const ConfigNode& node);

// For the list in providers/builtin.cc.
ParsedProvider ParseEquinixProvider(const std::string& name, const ConfigNode& node);

}  // namespace spillway
