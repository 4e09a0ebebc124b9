#include "scaler/runtime/simulated_loop.h"

#include <algorithm>

namespace spillway {

EventLoop::TimerId SimulatedLoop::At(Time when, Task task) {
  const TimerId id = next_id_++;
  const Time time = std::max(when, now_);
  tasks_.emplace(std::pair(time, id), std::move(task));
  times_.emplace(id, time);
  return id;
}

void SimulatedLoop::Cancel(TimerId timer) {
  const auto waiting = times_.find(timer);
  if (waiting == times_.end()) return;
  tasks_.erase({waiting->second, timer});
  times_.erase(waiting);
}

void SimulatedLoop::Post(Task task) { At(now_, std::move(task)); }

void SimulatedLoop::RunUntil(Time until) {
  while (!tasks_.empty() && tasks_.begin()->first.first <= until) {
    auto node = tasks_.extract(tasks_.begin());
    now_ = node.key().first;
    times_.erase(node.key().second);
    node.mapped()();
  }
  now_ = std::max(now_, until);
}

void SimulatedLoop::DropEverything() {
  tasks_.clear();
  times_.clear();
}

}  // namespace spillway
