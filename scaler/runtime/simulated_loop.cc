#include "scaler/runtime/simulated_loop.h"

#include <algorithm>

namespace spillway {

EventLoop::TimerId SimulatedLoop::At(Time when, Task task) {
  const TimerId id = next_id_++;
  tasks_.emplace(std::pair(std::max(when, now_), id), std::move(task));
  return id;
}

void SimulatedLoop::Cancel(TimerId timer) {
  std::erase_if(tasks_, [timer](const auto& entry) { return entry.first.second == timer; });
}

void SimulatedLoop::Post(Task task) { At(now_, std::move(task)); }

void SimulatedLoop::RunUntil(Time until) {
  while (!tasks_.empty() && tasks_.begin()->first.first <= until) {
    auto node = tasks_.extract(tasks_.begin());
    now_ = node.key().first;
    node.mapped()();
  }
  now_ = std::max(now_, until);
}

}  // namespace spillway
