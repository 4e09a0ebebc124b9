// `spillway events`: what happens, a line each.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scaler/cli/server_sent_events.h"
#include "scaler/cli/terminal_text.h"
#include "scaler/model/time.h"

namespace spillway {

// "19:04:11  edge  decision  edge-17: grow to 40 vCPU, 160 GiB (takes 2): …", cut off where the
// terminal ends. Kinds that are not known are told as they came. Throws
// nlohmann::json::exception for data that is not of its kind.
std::string EventLine(const ServerSentEvent& event, Time now, const TextStyle& style);

// {"id", "event", "data"}, on one line.
std::string EventJson(const ServerSentEvent& event);

}  // namespace spillway
