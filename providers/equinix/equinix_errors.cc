#include "providers/equinix/equinix_errors.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

namespace spillway {
namespace {

constexpr int kUnprocessable = 422;

// 401 and 403 denied, 404 not found, 429 throttled and 5xx transient go by their status. A 422
// without these words is a wrong value.
constexpr std::array kRules = {
    // How much the project may have.
    ErrorRule{.status = kUnprocessable, .text = "quota", .kind = ErrorKind::kQuota},
    ErrorRule{.status = kUnprocessable, .text = "limit", .kind = ErrorKind::kQuota},
    ErrorRule{.status = kUnprocessable, .text = "maximum number", .kind = ErrorKind::kQuota},
    // What there is.
    ErrorRule{.status = kUnprocessable, .text = "provisionable", .kind = ErrorKind::kNoCapacity},
    ErrorRule{
        .status = kUnprocessable, .text = "available servers", .kind = ErrorKind::kNoCapacity},
    ErrorRule{.status = kUnprocessable, .text = "unavailable", .kind = ErrorKind::kNoCapacity},
    ErrorRule{.status = kUnprocessable, .text = "not available", .kind = ErrorKind::kNoCapacity},
    ErrorRule{.status = kUnprocessable, .text = "capacity", .kind = ErrorKind::kNoCapacity},
};

// Clocks differ, and a wrong one must not silence the provider for good.
constexpr Duration kLongestPause = std::chrono::minutes(15);

std::optional<std::int64_t> Number(const HttpResponse& response, const std::string& header) {
  const auto found = response.headers.find(header);
  if (found == response.headers.end()) return std::nullopt;
  const std::string& text = found->second;
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::span<const ErrorRule> EquinixErrorRules() { return kRules; }

RefusalWords ReadEquinixRefusal(const nlohmann::json& body) {
  const auto errors = body.find("errors");
  if (errors == body.end()) return {"", body.at("error").get<std::string>()};
  std::string text;
  for (const nlohmann::json& error : *errors) {
    text += (text.empty() ? "" : "; ") + error.get<std::string>();
  }
  return {"", text};
}

std::optional<ErrorKind> EquinixStartFailure(const std::string& text) {
  const ErrorKind kind = KindOf(kRules, kUnprocessable, {"", text});
  if (kind == ErrorKind::kNoCapacity || kind == ErrorKind::kQuota) return kind;
  return std::nullopt;
}

std::optional<Time> EquinixPause(const HttpResponse& response, Time now) {
  const bool has_more = Number(response, "x-ratelimit-remaining").value_or(1) > 0;
  const auto reset = Number(response, "x-ratelimit-reset");
  if (!reset || (has_more && response.status != 429)) return std::nullopt;
  // In seconds, because as milliseconds a wild number would not fit.
  const auto latest = std::chrono::ceil<std::chrono::seconds>(now + kLongestPause);
  return Time(std::chrono::seconds(std::min(*reset, latest.time_since_epoch().count())));
}

}  // namespace spillway
