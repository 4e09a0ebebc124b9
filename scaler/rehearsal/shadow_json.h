// A shadow's score as scripts get it, from the command line and the HTTP API.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "scaler/rehearsal/shadow_score.h"

namespace spillway {

// {"cluster", "policy", "since", "until", "watched_s", "judged_s", "start_s", "acting", "shadow",
// "says"}; a fleet is {"cost", "violated_s", "violated_share", "launches", "ready_hosts"}.
nlohmann::json ShadowJson(const ShadowScore& score);

}  // namespace spillway
