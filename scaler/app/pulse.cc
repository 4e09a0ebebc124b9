#include "scaler/app/pulse.h"

#include <utility>

namespace spillway {
namespace {

constexpr double kEveryMilliseconds = 1000;

}  // namespace

Pulse::Pulse(EventLoop& loop, double speed, Metrics& metrics, const Supervisor& supervisor,
             std::function<bool()> is_ready)
    : loop_(loop),
      speed_(speed),
      lag_(metrics.GetHistogram("spillway_runtime_loop_lag_seconds",
                                "How much later than asked for the loop ran a task; once a "
                                "second.")),
      supervisor_(supervisor),
      is_ready_(std::move(is_ready)),
      due_(loop.Now()) {
  loop_.At(due_, [this] { Beat(); });
}

void Pulse::Beat() {
  lag_.Observe(Seconds(loop_.Now() - due_) / speed_);
  supervisor_.Alive();
  if (!has_said_ready_ && is_ready_()) {
    has_said_ready_ = true;
    supervisor_.Ready();
  }
  due_ = loop_.Now() + Duration(static_cast<Duration::rep>(kEveryMilliseconds * speed_));
  loop_.At(due_, [this] { Beat(); });
}

}  // namespace spillway
