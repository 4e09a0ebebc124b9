#include "scaler/provision/creation_gate.h"

#include <algorithm>
#include <chrono>

namespace spillway {

void CreationGate::Refill(Time now) {
  tokens_ =
      std::min<double>(budget_.burst, tokens_ + budget_.per_second * Seconds(now - filled_at_));
  filled_at_ = now;
}

bool CreationGate::Admit(Time now, std::int64_t in_flight) {
  Refill(now);
  if (now < paused_until_ || in_flight >= budget_.in_flight || tokens_ < 1.0) return false;
  tokens_ -= 1.0;
  return true;
}

Time CreationGate::NextTry(Time now) const {
  return std::max(paused_until_, now + std::chrono::seconds(1));
}

void CreationGate::PauseUntil(Time until) { paused_until_ = std::max(paused_until_, until); }

}  // namespace spillway
