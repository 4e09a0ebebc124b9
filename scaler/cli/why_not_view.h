// `spillway explain CLUSTER`: why a cluster had what it had at a time, and not more, less or
// something else.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/time.h"

namespace spillway {

// Throws nlohmann::json::exception for what is no answer of /v1/clusters/{cluster}/why_not.
std::string WhyNotView(const nlohmann::json& why_not, Time now, const TextStyle& style);

}  // namespace spillway
