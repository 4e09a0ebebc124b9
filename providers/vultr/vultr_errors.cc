#include "providers/vultr/vultr_errors.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

namespace spillway {
namespace {

constexpr int kAny4xx = 4;
constexpr int kTooManyRequests = 429;
// The least that Vultr's own client waits.
constexpr Duration kShortestPause = std::chrono::milliseconds(500);
constexpr long kLongestPauseSeconds = 600;

// Read from the top, so who asks goes before everything else: a key that is "not found" must not
// make a machine gone.
constexpr std::array kRules = {
    // Who asks, and what the account may do.
    ErrorRule{.status = 401, .kind = ErrorKind::kDenied},
    ErrorRule{.status = 403, .kind = ErrorKind::kDenied},
    // How often one may ask: 30 calls a second from an address.
    ErrorRule{.status = kTooManyRequests, .kind = ErrorKind::kThrottled},
    ErrorRule{.status = 503, .text = "rate limit", .kind = ErrorKind::kThrottled},
    // How much it may have.
    ErrorRule{.status = kAny4xx, .text = "maximum number of", .kind = ErrorKind::kQuota},
    ErrorRule{.status = kAny4xx, .text = "monthly fee limit", .kind = ErrorKind::kQuota},
    ErrorRule{.status = 402, .kind = ErrorKind::kDenied},
    // What there is.
    ErrorRule{.status = kAny4xx, .text = "not available in", .kind = ErrorKind::kNoCapacity},
    ErrorRule{.status = kAny4xx, .text = "sold out", .kind = ErrorKind::kNoCapacity},
    ErrorRule{.status = kAny4xx, .text = "out of stock", .kind = ErrorKind::kNoCapacity},
    ErrorRule{.status = kAny4xx, .text = "temporarily unavailable", .kind = ErrorKind::kNoCapacity},
    // What is in the way of a removal for now: a machine that is being installed, backed up or is
    // too young.
    ErrorRule{.text = "currently locked", .kind = ErrorKind::kTransient},
    ErrorRule{.text = "not currently active", .kind = ErrorKind::kTransient},
    ErrorRule{.text = "within 5 minutes", .kind = ErrorKind::kTransient},
    ErrorRule{.status = 423, .kind = ErrorKind::kTransient},
    // What does not exist. Metal says so with other statuses than 404.
    ErrorRule{.status = kAny4xx, .text = "invalid server", .kind = ErrorKind::kNotFound},
    ErrorRule{.status = kAny4xx, .text = "invalid instance", .kind = ErrorKind::kNotFound},
    ErrorRule{.status = kAny4xx, .text = "not found", .kind = ErrorKind::kNotFound},
};

}  // namespace

std::span<const ErrorRule> VultrErrorRules() { return kRules; }

RefusalWords ReadVultrRefusal(const nlohmann::json& body) {
  std::string text = body.at("error").get<std::string>();
  if (text.starts_with("Unauthorized IP")) {
    text +=
        " (the key may be used from certain addresses only: allow this one in Vultr's console "
        "under Account, API, Access Control)";
  }
  return {.code = "", .text = std::move(text)};
}

std::optional<Time> VultrPausedUntil(const HttpResponse& response, Time now) {
  const auto header = response.headers.find("retry-after");
  if (header != response.headers.end()) {
    const long seconds = std::strtol(header->second.c_str(), nullptr, 10);
    return now +
           std::max<Duration>(std::chrono::seconds(std::clamp(seconds, 0L, kLongestPauseSeconds)),
                              kShortestPause);
  }
  if (response.status == kTooManyRequests) return now + kShortestPause;
  return std::nullopt;
}

}  // namespace spillway
