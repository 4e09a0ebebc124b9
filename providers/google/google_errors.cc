#include "providers/google/google_errors.h"

#include <nlohmann/json.hpp>

namespace spillway {
namespace {

using nlohmann::json;

constexpr int kForbidden = 403;
constexpr int kTooManyRequests = 429;

// Only what the status does not say: 401 and 403 are denied, 404 not found, 409 a conflict, 429
// throttled, 5xx transient, any other 4xx invalid.
constexpr ErrorRule kRefusals[] = {
    {.code = "rateLimitExceeded", .kind = ErrorKind::kThrottled},
    {.code = "userRateLimitExceeded", .kind = ErrorKind::kThrottled},
    {.code = "RATE_LIMIT_EXCEEDED", .kind = ErrorKind::kThrottled},
    {.code = "quotaExceeded", .kind = ErrorKind::kQuota},
    {.code = "QUOTA_EXCEEDED", .kind = ErrorKind::kQuota},
    // Capacity is missed in the operation as a rule, and sometimes at once.
    {.code = "insufficientCapacity", .kind = ErrorKind::kNoCapacity},
    {.text = "RESOURCE_POOL_EXHAUSTED", .kind = ErrorKind::kNoCapacity},
    {.text = "not have enough resources available", .kind = ErrorKind::kNoCapacity},
    {.code = "resourceNotReady", .kind = ErrorKind::kConflict},
    {.code = "resourceInUseByAnotherResource", .kind = ErrorKind::kConflict},
    // A rule of the organisation, else a fingerprint that is out of date.
    {.status = 412, .text = "constraint", .kind = ErrorKind::kDenied},
    {.status = 412, .kind = ErrorKind::kConflict},
    // Everything would be "not found" in a project that is.
    {.status = 404, .text = "failed to find project", .kind = ErrorKind::kDenied},
};

// `text` is a part of the code here: there are codes with endings such as _WITH_DETAILS.
constexpr ErrorRule kOperationErrors[] = {
    {.text = "RATE_LIMIT", .kind = ErrorKind::kThrottled},
    {.text = "OPERATION_RATE_EXCEEDED", .kind = ErrorKind::kThrottled},
    {.text = "QUOTA", .kind = ErrorKind::kQuota},
    {.text = "RESOURCE_POOL_EXHAUSTED", .kind = ErrorKind::kNoCapacity},
    {.text = "IP_SPACE_EXHAUSTED", .kind = ErrorKind::kNoCapacity},
    {.code = "PERMISSIONS_ERROR", .kind = ErrorKind::kDenied},
    {.text = "POLICY_CONSTRAINT", .kind = ErrorKind::kDenied},
    {.code = "RESOURCE_NOT_FOUND", .kind = ErrorKind::kNotFound},
    {.code = "RESOURCE_ALREADY_EXISTS", .kind = ErrorKind::kConflict},
    {.code = "RESOURCE_NOT_READY", .kind = ErrorKind::kConflict},
    {.code = "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", .kind = ErrorKind::kConflict},
    {.code = "INVALID_FIELD_VALUE", .kind = ErrorKind::kInvalid},
    {.code = "INVALID_USAGE", .kind = ErrorKind::kInvalid},
    {.code = "UNSUPPORTED_OPERATION", .kind = ErrorKind::kInvalid},
    {.code = "INTERNAL_ERROR", .kind = ErrorKind::kTransient},
};

}  // namespace

std::span<const ErrorRule> GoogleErrorRules() { return kRefusals; }

RefusalWords ReadGoogleRefusal(const json& body) {
  const json& error = body.at("error");
  RefusalWords words{error.value("status", ""), error.at("message").get<std::string>()};
  if (const auto errors = error.find("errors"); errors != error.end() && !errors->empty()) {
    words.code = errors->at(0).value("reason", words.code);
  }
  return words;
}

std::optional<Time> GooglePausedUntil(const HttpResponse& response, Time now) {
  if (response.status != kForbidden && response.status != kTooManyRequests) return std::nullopt;
  RefusalWords words;
  try {
    words = ReadGoogleRefusal(json::parse(response.body));
  } catch (const json::exception&) {
    // Not in the API's own words: only the status tells.
  }
  if (KindOf(kRefusals, response.status, words) != ErrorKind::kThrottled) return std::nullopt;
  return std::chrono::floor<std::chrono::minutes>(now) + std::chrono::minutes(1);
}

ErrorKind GoogleOperationKind(const GoogleOperationError& error) {
  // A code that nobody knows is what the status that goes with it says; without one, of that time.
  const int status = error.http_status == 0 ? 500 : error.http_status;
  return KindOf(kOperationErrors, status, {error.code, error.code});
}

}  // namespace spillway
