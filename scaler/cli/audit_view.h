// `spillway audit`: who asked the service for what, newest first.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/time.h"

namespace spillway {

// Throws nlohmann::json::exception for what is no list of /v1/audit.
std::string AuditView(const nlohmann::json& entries, Time now, const TextStyle& style);

}  // namespace spillway
