// What is different between two configurations.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace spillway {

// Paths are those of config_node.h, but entries of a list that have names go by them:
// "clusters[edge].limits.hosts.max". null: it is not there, so that its default holds. Values are
// as they may be shown (shown_config.h): one that is hidden may have changed nevertheless.
struct ConfigChange {
  std::string path;
  nlohmann::json before;
  nlohmann::json after;
  bool needs_restart = false;

  friend bool operator==(const ConfigChange&, const ConfigChange&) = default;
};

// "clusters[edge].limits.hosts.max: 4 -> 6".
std::string Describe(const ConfigChange& change);

// In the order of paths, but lists in their own; nothing says yet what a change needs. Entries that
// have names and only stand in another order are one change of the list, told by their names.
std::vector<ConfigChange> DiffConfigs(const nlohmann::json& before, const nlohmann::json& after);

// The entry of `list` with this name; null: there is none.
const nlohmann::json* FindNamed(const nlohmann::json& list, const std::string& name);

}  // namespace spillway
