#include "providers/digitalocean/digitalocean_errors.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

namespace spillway {
namespace {

using std::chrono::seconds;

constexpr seconds kLongestPause = std::chrono::hours(1);
constexpr const char* kRegionsAhead = "; available regions: ";

constexpr std::array kRules = {
    // The account's number of Droplets.
    ErrorRule{.status = 422, .text = "droplet limit", .kind = ErrorKind::kQuota},
    // An action runs on the Droplet.
    ErrorRule{.status = 422, .text = "pending event", .kind = ErrorKind::kConflict},
    ErrorRule{.status = 423, .kind = ErrorKind::kConflict},
    // An image that a region does not have is a mistake, whatever the words; a size is not.
    ErrorRule{.status = 422, .text = "image", .kind = ErrorKind::kInvalid},
    ErrorRule{.status = 422, .text = "not available", .kind = ErrorKind::kNoCapacity},
    ErrorRule{.status = 422, .text = "unavailable", .kind = ErrorKind::kNoCapacity},
    ErrorRule{.status = 422, .text = "capacity", .kind = ErrorKind::kNoCapacity},
    ErrorRule{.status = 422, .text = kRegionsAhead, .kind = ErrorKind::kNoCapacity},
};

// Nothing when it is not there, or is no number.
std::optional<std::int64_t> Number(const HttpResponse& response, const std::string& header) {
  const auto found = response.headers.find(header);
  if (found == response.headers.end()) return std::nullopt;
  const std::string& text = found->second;
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::span<const ErrorRule> DigitalOceanErrorRules() { return kRules; }

RefusalWords ReadDigitalOceanWords(const nlohmann::json& body) {
  RefusalWords words{body.at("id"), body.at("message")};
  const auto attributes = body.find("error_attributes");
  if (attributes == body.end() || !attributes->is_object()) return words;
  const auto regions = attributes->find("available_regions");
  if (regions != attributes->end()) words.text += kRegionsAhead + regions->dump();
  return words;
}

std::optional<Time> DigitalOceanPausedUntil(const HttpResponse& response, Time now) {
  const bool is_refused = response.status == 429;
  if (!is_refused && Number(response, "ratelimit-remaining") != 0) return std::nullopt;
  const std::int64_t second = std::chrono::floor<seconds>(now.time_since_epoch()).count();
  std::optional<std::int64_t> until = Number(response, "ratelimit-reset");
  if (const auto wait = Number(response, "retry-after"); is_refused && wait) {
    until = second + std::clamp<std::int64_t>(*wait, 0, kLongestPause.count());
  }
  if (!until) return std::nullopt;
  return Time(seconds(std::clamp(*until, second, second + kLongestPause.count())));
}

}  // namespace spillway
