#include "scaler/app/config_reading.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "scaler/app/config_effects.h"
#include "scaler/app/flap_check.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

using nlohmann::json;

json TreeOf(const std::string& text) {
  std::map<std::string, int> lines;
  return ReadYaml(text, lines);
}

// What a policy is made of: its entry, whether it acts or not, and what it is told of its cluster.
json MakingsOf(json policy, const json& cluster) {
  policy.erase("shadow");
  return {policy, cluster.value("host_size", json()), cluster.value("hypervisor", json())};
}

std::set<std::string> UnchangedPolicies(const json& running, const json& next) {
  std::set<std::string> unchanged;
  for (const json& policy : next.at("policies")) {
    const std::string name = policy.at("name");
    const json* was = FindNamed(running.at("policies"), name);
    if (was != nullptr && MakingsOf(*was, running) == MakingsOf(policy, next)) {
      unchanged.insert(name);
    }
  }
  return unchanged;
}

// Clusters that are as they were have been looked at.
void CheckFlapping(const json& running, const json& next, ConfigReading& reading) {
  for (const json& cluster : next.at("clusters")) {
    const std::string name = cluster.at("name");
    const json* was = FindNamed(running.at("clusters"), name);
    if (was != nullptr && *was == cluster) continue;
    for (const FlapFinding& finding : CheckFlapping(*reading.next, name, /*is_thorough=*/false)) {
      if (!finding.is_refused()) continue;
      reading.wrong.push_back({finding.path, finding.line, SentenceOf(finding)});
    }
  }
  if (!reading.wrong.empty()) reading.next.reset();
}

}  // namespace

bool ConfigReading::changes_at_once() const {
  return std::any_of(changes.begin(), changes.end(),
                     [](const ConfigChange& change) { return !change.needs_restart; });
}

ConfigReading ReadAnew(const std::string& path, const std::string& running_text) {
  ConfigReading reading;
  ReadConfigResult read = ReadConfigFile(path);
  if (!read.config) {
    reading.wrong = std::move(read.errors);
    return reading;
  }
  const json running = TreeOf(running_text);
  json next = TreeOf(read.config->text);
  reading.changes = ChangesOf(running, next);
  const bool needs_restart =
      std::any_of(reading.changes.begin(), reading.changes.end(),
                  [](const ConfigChange& change) { return change.needs_restart; });
  if (needs_restart) {
    next = UntilRestart(running, next);
    read = ReadConfig(WriteYaml(next));
    for (ConfigError& error : read.errors) error.line = 0;  // of no file
    if (!read.config) {
      reading.too_early = std::move(read.errors);
      return reading;
    }
    read.config->path = path;
  }
  reading.next = std::move(read.config);
  for (const json& cluster : next.at("clusters")) {
    const json* was = FindNamed(running.at("clusters"), cluster.at("name"));
    if (was != nullptr) {
      reading.unchanged[cluster.at("name")] = UnchangedPolicies(*was, cluster);
    }
  }
  CheckFlapping(running, next, reading);
  return reading;
}

}  // namespace spillway
