// What an action would do, and what it did, for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/time.h"

namespace spillway {

// All throw nlohmann::json::exception for what is no answer of the API.

// A dry run: its words, and the plan that would follow.
std::string PreviewView(const nlohmann::json& preview, const TextStyle& style);

// The cluster or the host after it, in a line or two.
std::string OutcomeView(const nlohmann::json& resource, Time now, const TextStyle& style);

}  // namespace spillway
