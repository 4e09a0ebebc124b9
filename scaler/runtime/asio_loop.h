// The live event loop, on Boost.Asio. The door for Asio: only what listens on it sees more of that.
#pragma once

#include <memory>

#include "scaler/runtime/clock.h"
#include "scaler/runtime/event_loop.h"

namespace boost::asio {
class io_context;
}

namespace spillway {

class AsioLoop final : public EventLoop {
 public:
  // `clock` outlives the loop.
  explicit AsioLoop(const SystemClock& clock);
  ~AsioLoop() override;

  Time Now() const override;
  TimerId At(Time when, Task task) override;
  void Cancel(TimerId timer) override;
  void Post(Task task) override;

  // Runs tasks on the calling thread until Stop(). An exception of a task leaves Run.
  void Run();
  // Any thread. Run returns after the current task; what waits is dropped.
  void Stop();
  // Calls `task` on the loop at SIGINT or SIGTERM, each time.
  void OnStopSignal(Task task);
  // The same at SIGHUP, which ends the process otherwise.
  void OnHangUp(Task task);

  boost::asio::io_context& context();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway
