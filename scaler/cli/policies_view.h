// `spillway policies`: what acts in each cluster and what is only asked, as the API tells it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scaler/cli/terminal_text.h"

namespace spillway {

// Throws nlohmann::json::exception for what is no list of /v1/policies.
std::string PoliciesView(const nlohmann::json& policies, const TextStyle& style);

}  // namespace spillway
