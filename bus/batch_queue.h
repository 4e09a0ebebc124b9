// The bounded queue between the bus thread and the loop.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "scaler/model/sample.h"
#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/metrics.h"

namespace spillway::bus {

// Wakes the loop once when the queue stops being empty; the loop takes all that is there then.
class BatchQueue {
 public:
  using OnBatch = std::function<void(const SampleBatch&)>;

  // `loop` outlives the queue. `size` shows the samples that wait.
  BatchQueue(EventLoop& loop, std::size_t max_samples, Gauge size, OnBatch on_batch);
  ~BatchQueue();
  BatchQueue(const BatchQueue&) = delete;
  BatchQueue& operator=(const BatchQueue&) = delete;

  // Any one thread. Takes what is in `batch` and leaves it empty. Returns how many samples, the
  // newest, found no room and are lost; announcements and retirements never are.
  std::size_t Push(SampleBatch& batch);
  // Any thread: more than half of what may wait does.
  bool IsHalfFull() const;
  // Loop thread. No batch is handed over afterwards, nor the rest of those under way.
  void Close();

 private:
  struct State;
  // Shared with the tasks that were posted, which may run when the queue is no more.
  const std::shared_ptr<State> state_;
  EventLoop& loop_;
};

}  // namespace spillway::bus
