// How a Vultr account stands in the configuration (README.md has an example), typed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "providers/account_config.h"
#include "providers/builtin.h"
#include "scaler/model/kinds.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

struct VultrConfig {
  AccountConfig account;
  std::string credentials_file;      // empty: the conventional places of vultr_credentials.h
  std::vector<std::string> regions;  // where machines may be had; the locations of pools
  // What machines boot from: one of these.
  std::string os = "Debian 12 x64";
  std::int64_t os_id = 0;  // 0: by the name
  std::string snapshot;    // of the account; empty: the operating system

  std::vector<std::string> plans;     // empty: every plan without a GPU
  std::vector<std::string> ssh_keys;  // ids
  std::string firewall_group;         // of virtual machines; empty: none
  std::string disks;                  // of metal: "raid1", "jbod", "none"; empty: Vultr's default
  // What an hour costs when only the month's price is said. Machines are charged by the hour up to
  // 672 of them in a month.
  std::int64_t hours_per_month = 672;
  // How many machines the account may have, which Vultr's API does not tell.
  std::optional<std::int64_t> most_instances;
  std::optional<std::int64_t> most_bare_metals;

  const std::optional<std::int64_t>& MostOf(ClusterType type) const {
    return type == ClusterType::kMetal ? most_bare_metals : most_instances;
  }
};

// Reads and checks; errors are recorded in `node`, whose Finish() is the caller's business.
VultrConfig ReadVultrConfig(const std::string& name, const ConfigNode& node);

// For the list in providers/builtin.cc.
ParsedProvider ParseVultrProvider(const std::string& name, const ConfigNode& node);

}  // namespace spillway
