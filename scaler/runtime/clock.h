// Where time comes from. One clock for everything: it starts at the wall time and then runs
// monotonically, so that intervals are true and stored times are comparable across restarts
// (docs/adr/0002-one-clock.md).
#pragma once

#include <chrono>

#include "scaler/model/time.h"

namespace spillway {

// Now() never goes back. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time Now() const = 0;
};

// The machine's clock. With `speed` above 1 time runs that much faster from the construction on,
// which is how the demo plays a day in a minute.
class SystemClock final : public Clock {
 public:
  explicit SystemClock(double speed = 1.0);
  // The same, beginning at `start` instead of now.
  SystemClock(double speed, Time start);
  Time Now() const override;

  double speed() const { return speed_; }
  // How long the machine must wait until this clock shows `t`; zero when it is past.
  std::chrono::nanoseconds RealTimeUntil(Time t) const;

 private:
  const double speed_;
  const Time wall_start_;
  const std::chrono::steady_clock::time_point steady_start_;
};

}  // namespace spillway
