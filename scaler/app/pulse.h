// The loop's pulse: a beat every second, from the loop itself. It measures how late the loop turns,
// says when the service is ready, and keeps the service manager's watchdog quiet, which a blocked
// loop therefore wakes. Loop thread only.
#pragma once

#include <functional>

#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/metrics.h"
#include "scaler/runtime/supervisor.h"

namespace spillway {

class Pulse {
 public:
  // `speed`: how fast the loop's clock runs. All outlive it, and the loop runs no task after it.
  Pulse(EventLoop& loop, double speed, Metrics& metrics, const Supervisor& supervisor,
        std::function<bool()> is_ready);
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

 private:
  void Beat();

  EventLoop& loop_;
  const double speed_;
  Histogram lag_;
  const Supervisor& supervisor_;
  const std::function<bool()> is_ready_;
  bool has_said_ready_ = false;
  Time due_;
};

}  // namespace spillway
