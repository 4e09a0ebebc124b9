// What the words of the Metal API mean for the caller. It has no codes, only texts, and 422 is all
// of: a wrong value, the project's limit, no servers left. The table stands in the source.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>

#include "providers/rest/error_rules.h"
#include "scaler/model/time.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

std::span<const ErrorRule> EquinixErrorRules();

// {"errors":["…"]} or {"error":"…"}. Throws nlohmann::json::exception for anything else.
RefusalWords ReadEquinixRefusal(const nlohmann::json& body);

// Why a device failed, of what its events say: want of capacity or quota; nothing for other causes.
std::optional<ErrorKind> EquinixStartFailure(const std::string& text);

// Until when X-RateLimit-Reset says that nothing more may be asked, at most some minutes; nothing
// while X-RateLimit-Remaining has some left.
std::optional<Time> EquinixPause(const HttpResponse& response, Time now);

}  // namespace spillway
