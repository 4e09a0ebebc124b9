#include "scaler/runtime/clock.h"

#include <algorithm>

namespace spillway {
namespace {

using Nanoseconds = std::chrono::duration<double, std::nano>;

// No timer needs to wait longer at a stretch, and distant times do not overflow.
constexpr Nanoseconds kLongestWait = std::chrono::hours(24 * 365);

}  // namespace

SystemClock::SystemClock(double speed)
    : SystemClock(speed, std::chrono::floor<Duration>(std::chrono::system_clock::now())) {}

SystemClock::SystemClock(double speed, Time start)
    : speed_(speed), wall_start_(start), steady_start_(std::chrono::steady_clock::now()) {}

Time SystemClock::Now() const {
  const Nanoseconds elapsed = std::chrono::steady_clock::now() - steady_start_;
  return wall_start_ + std::chrono::floor<Duration>(elapsed * speed_);
}

std::chrono::nanoseconds SystemClock::RealTimeUntil(Time t) const {
  const Nanoseconds elapsed = std::chrono::steady_clock::now() - steady_start_;
  const Nanoseconds wait = Nanoseconds(t - wall_start_) / speed_ - elapsed;
  return std::chrono::ceil<std::chrono::nanoseconds>(
      std::clamp(wait, Nanoseconds(0), kLongestWait));
}

}  // namespace spillway
