// Time that is driven: a loop for tests, simulation and backtest. Runs everything in one thread,
// in the order of time, ties in the order of the calls; given the same calls it does the same.
#pragma once

#include <map>
#include <unordered_map>
#include <utility>

#include "scaler/runtime/clock.h"
#include "scaler/runtime/event_loop.h"

namespace spillway {

class SimulatedLoop final : public EventLoop, public Clock {
 public:
  explicit SimulatedLoop(Time start) : now_(start) {}

  Time Now() const override { return now_; }
  TimerId At(Time when, Task task) override;
  void Cancel(TimerId timer) override;
  // In a simulation everything is the loop's thread.
  void Post(Task task) override;

  // Runs all tasks due at `until` or before; then it is `until`. An exception of a task leaves the
  // loop as it is: calling again goes on with the next task.
  void RunUntil(Time until);
  void RunFor(Duration d) { RunUntil(now_ + d); }
  // Forgets every waiting task, as a killed process does. Time stays.
  void DropEverything();

 private:
  Time now_;
  TimerId next_id_ = 1;
  std::map<std::pair<Time, TimerId>, Task> tasks_;
  std::unordered_map<TimerId, Time> times_;  // of each waiting task
};

}  // namespace spillway
