#include "scaler/runtime/simulated_workers.h"

#include <utility>

namespace spillway {

void SimulatedWorkers::Submit(Lane, const Channel&, std::function<Continuation()> job) {
  const Duration spread = most_ - least_;
  const Duration before(random_.Below(static_cast<std::uint64_t>(spread.count()) + 1));
  const Duration after = least_ + spread - before;
  // The call reaches the other side some time after it was made, and its answer comes back later:
  // other things happen in between, as they do live.
  loop_.At(loop_.Now() + before, [this, after, job = std::move(job)] {
    before_call();
    Continuation then = job();
    after_call();
    loop_.At(loop_.Now() + after, std::move(then));
  });
}

}  // namespace spillway
