// How often a provider's API may be called.
#pragma once

#include <algorithm>

#include "scaler/model/time.h"

namespace spillway {

// Holds up to `burst` tokens and gains `per_second` of them; begins full. Not thread-safe.
class TokenBucket {
 public:
  // REQUIRES: per_second > 0, burst >= 1.
  TokenBucket(double per_second, double burst)
      : per_second_(per_second), burst_(burst), tokens_(burst) {}

  // Takes a token, or says that there is none; never waits. A `now` before the last one counts as
  // the last one.
  bool TryTake(Time now);

  // Gives none before `until`, because the other side said so.
  void PauseUntil(Time until) { paused_until_ = std::max(paused_until_, until); }

 private:
  const double per_second_;
  const double burst_;
  double tokens_;
  Time last_ = kDistantPast;
  Time paused_until_ = kDistantPast;
};

}  // namespace spillway
