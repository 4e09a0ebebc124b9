// What an action would do, and what it did, for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/time.h"

namespace spillway {

// All throw nlohmann::json::exception for what is no answer of the API.

// What people said of a cluster that holds: "paused by otto until 2026-03-02T18:00:00Z (in 2 h):
// the move".
std::vector<std::string> OrderTexts(const nlohmann::json& cluster, Time now);

// A dry run: its words, and the plan that would follow.
std::string PreviewView(const nlohmann::json& preview, const TextStyle& style);

// The cluster or the host after it, in a line or two.
std::string OutcomeView(const nlohmann::json& resource, Time now, const TextStyle& style);

}  // namespace spillway
