// A loop for tests with real sockets: tasks come from other threads and run when the test says so.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "scaler/runtime/event_loop.h"

namespace spillway::testing {

class PumpedLoop final : public EventLoop {
 public:
  Time Now() const override { throw std::logic_error("not for timers"); }
  TimerId At(Time, Task) override { throw std::logic_error("not for timers"); }
  void Cancel(TimerId) override { throw std::logic_error("not for timers"); }
  void Post(Task task) override {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    posted_.notify_one();
  }

  // Runs tasks as they come until `is_done`; false after half a minute.
  bool PumpUntil(const std::function<bool()>& is_done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!is_done()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::unique_lock lock(mutex_);
      // Woken by a task, or now and then for what is_done sees besides.
      posted_.wait_for(lock, std::chrono::milliseconds(5), [this] { return !tasks_.empty(); });
      std::deque<Task> tasks = std::exchange(tasks_, {});
      lock.unlock();
      for (const Task& task : tasks) task();
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<Task> tasks_;
};

}  // namespace spillway::testing
