#include "scaler/runtime/postbox.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace spillway {

Duration DelayAfter(std::int64_t failed, Duration first, Duration longest, Random& random) {
  const auto doublings = std::clamp<std::int64_t>(failed - 1, 0, 20);
  const Duration delay = std::min(first * (std::int64_t{1} << doublings), longest);
  const double share = (1 + random.Unit()) / 2;
  return Duration(static_cast<std::int64_t>(static_cast<double>(delay.count()) * share));
}

Duration RetryAfter(const HttpResponse& response) {
  constexpr std::chrono::seconds kLongest = std::chrono::hours(1);
  const auto header = response.headers.find("retry-after");
  if (header == response.headers.end()) return Duration(0);
  std::int64_t seconds = 0;
  const std::string& text = header->second;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = failure == std::errc() && end == text.data() + text.size();
  if (!is_number || seconds <= 0) return Duration(0);
  return std::chrono::seconds(std::min<std::int64_t>(seconds, kLongest.count()));
}

}  // namespace spillway
