// `spillway providers`, as the service knows them: what each offers and what runs there.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/time.h"

namespace spillway {

// Throws nlohmann::json::exception for what is no list of /v1/providers.
std::string AccountsView(const nlohmann::json& providers, Time now, const TextStyle& style);

}  // namespace spillway
