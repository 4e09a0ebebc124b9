// How often an event may be logged.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace spillway {

// Lets an event pass once per interval and counts what it holds back. Not thread-safe.
class LogLimiter {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  explicit LogLimiter(std::chrono::seconds interval) : interval_(interval) {}

  // Nothing: hold the line back. Else how many were held back since the last that passed.
  std::optional<std::uint64_t> Pass(std::string_view event, Instant now) {
    const auto [entry, is_new] = last_.try_emplace(std::string(event), Last{now, 0});
    Last& last = entry->second;
    if (is_new) return 0;
    if (now - last.passed < interval_) {
      ++last.held_back;
      return std::nullopt;
    }
    const std::uint64_t held_back = last.held_back;
    last = {now, 0};
    return held_back;
  }

 private:
  struct Last {
    Instant passed;
    std::uint64_t held_back = 0;
  };

  const std::chrono::seconds interval_;
  std::map<std::string, Last, std::less<>> last_;
};

}  // namespace spillway
