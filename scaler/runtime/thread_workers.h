// The live workers: a fixed number of threads for each lane.
#pragma once

#include <memory>

#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/workers.h"

namespace spillway {

class ThreadWorkers final : public Workers {
 public:
  // `loop` outlives the workers. REQUIRES: threads_per_lane >= 1.
  ThreadWorkers(EventLoop& loop, int threads_per_lane);
  // Drops what waits and joins the threads: waits for calls under way, whose continuations are
  // not run. Hence every blocking call has a time limit. Loop thread, or when the loop stands.
  ~ThreadWorkers() override;

 private:
  void Submit(Lane lane, const Channel& channel, std::function<Continuation()> job) override;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway
