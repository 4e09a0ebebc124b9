// What the words of Compute Engine mean for the caller. The tables stand in the source.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>

#include "providers/google/google_api.h"
#include "providers/rest/error_rules.h"
#include "scaler/model/time.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

// For answers with an error status, whose code is the `reason` of the first error. A rate that was
// passed is a 403 like a permission that is missing, so the reason decides.
std::span<const ErrorRule> GoogleErrorRules();
RefusalWords ReadGoogleRefusal(const nlohmann::json& body);

// Rates are counted by the minute and begin anew with the next one; no header says so.
std::optional<Time> GooglePausedUntil(const HttpResponse& response, Time now);

// The kind of an error inside of an operation that was accepted and then failed.
ErrorKind GoogleOperationKind(const GoogleOperationError& error);

}  // namespace spillway
