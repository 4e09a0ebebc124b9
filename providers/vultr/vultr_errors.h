// What Vultr's own words mean for the caller. It has no error codes: a refusal is
// {"error": TEXT, "status": NUMBER}, and the text alone tells. The table stands in the source.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>

#include "providers/rest/error_rules.h"
#include "scaler/model/time.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

std::span<const ErrorRule> VultrErrorRules();

// Throws nlohmann::json::exception when `body` is not a refusal of Vultr.
RefusalWords ReadVultrRefusal(const nlohmann::json& body);

// Until when nothing more may be asked, by an answer that says "too often"; nothing for others.
std::optional<Time> VultrPausedUntil(const HttpResponse& response, Time now);

}  // namespace spillway
