// The configuration file read anew, beside the one that runs.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scaler/app/app_config.h"
#include "scaler/runtime/config_diff.h"

namespace spillway {

struct ConfigReading {
  std::vector<ConfigChange> changes;
  std::vector<ConfigError> wrong;  // with the file: nothing of it is taken
  // What holds at once would need what a restart brings; nothing is taken either.
  std::vector<ConfigError> too_early;
  // What is to hold until the next restart; nothing: there are errors. Its text is that of the file
  // as long as nothing needs a restart.
  std::optional<AppConfig> next;
  // Policies whose configuration is the same, by cluster.
  std::map<std::string, std::set<std::string>> unchanged;

  bool changes_at_once() const;
};

// `running`: the text of the configuration that runs. Looks for limit cycles as a start does, in
// clusters that have changed. May take seconds. Any thread.
ConfigReading ReadAnew(const std::string& path, const std::string& running);

}  // namespace spillway
