// Workers for simulated time: a call takes effect at once, its answer arrives after a delay drawn
// from a seed. No threads.
#pragma once

#include <functional>

#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/random.h"
#include "scaler/runtime/workers.h"

namespace spillway {

class SimulatedWorkers final : public Workers {
 public:
  // `loop` outlives the workers. Answers take between `least` and `most`.
  SimulatedWorkers(EventLoop& loop, std::uint64_t seed, Duration least, Duration most)
      : loop_(loop), random_(seed), least_(least), most_(most) {}

  // Called before and after each call takes effect; may throw to simulate a crash there.
  std::function<void()> before_call = [] {};
  std::function<void()> after_call = [] {};

 private:
  void Submit(Lane lane, const Channel& channel, std::function<Continuation()> job) override;

  EventLoop& loop_;
  Random random_;
  const Duration least_;
  const Duration most_;
};

}  // namespace spillway
