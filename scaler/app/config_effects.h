// What of a changed configuration holds at once, and what needs a restart: one table, in the
// source.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "scaler/runtime/config_diff.h"

namespace spillway {

// What is different, each with what it needs. Both are trees of good configurations.
std::vector<ConfigChange> ChangesOf(const nlohmann::json& running, const nlohmann::json& next);

// What holds until a restart: `next` with what needs one as it is in `running`. It may be no good
// configuration: a cluster may need a registrar that will be there after the restart only.
nlohmann::json UntilRestart(const nlohmann::json& running, const nlohmann::json& next);

}  // namespace spillway
