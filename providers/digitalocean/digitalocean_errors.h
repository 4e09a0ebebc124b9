// What DigitalOcean's own words and headers mean for the caller. The table stands in the source.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>

#include "providers/rest/error_rules.h"
#include "scaler/model/time.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

// Only what HTTP does not say of the status alone (error_rules.h): 422 is quota, capacity and
// mistake at once.
std::span<const ErrorRule> DigitalOceanErrorRules();

// {"id":"not_found","message":"…"}; regions that are named as the way out are put behind the text.
// Throws nlohmann::json::exception for anything else.
RefusalWords ReadDigitalOceanWords(const nlohmann::json& body);

// Until when nothing more may be asked: after a refusal what `retry-after` says, or else, as when
// the hour's budget is used up, the second of `ratelimit-reset`, when the oldest request of the
// hour leaves it. Never longer than an hour from `now`.
std::optional<Time> DigitalOceanPausedUntil(const HttpResponse& response, Time now);

}  // namespace spillway
