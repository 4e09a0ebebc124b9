// The one thread that owns all state. Everything that happens is a function run by a loop, one
// after the other; there is nothing to lock.
#pragma once

#include <cstdint>
#include <functional>

#include "scaler/model/time.h"

namespace spillway {

class EventLoop {
 public:
  using TimerId = std::uint64_t;  // 0 is never given out
  using Task = std::function<void()>;

  virtual ~EventLoop() = default;

  // The loop's time. Loop thread only; steady while a task runs.
  virtual Time Now() const = 0;

  // Runs `task` on the loop at `when`, or as soon as possible when that is past. Tasks of the same
  // time run in the order of their calls. Loop thread only.
  virtual TimerId At(Time when, Task task) = 0;
  // Does nothing when the timer has fired or was cancelled. Loop thread only.
  virtual void Cancel(TimerId timer) = 0;

  // Runs `task` on the loop, after what is already waiting. Any thread.
  virtual void Post(Task task) = 0;
};

}  // namespace spillway
