#include "providers/token_bucket.h"

#include <algorithm>

namespace spillway {

bool TokenBucket::TryTake(Time now) {
  if (now > last_) {
    tokens_ = std::min(burst_, tokens_ + Seconds(now - last_) * per_second_);
    last_ = now;
  }
  if (tokens_ < 1 || now < paused_until_) return false;
  tokens_ -= 1;
  return true;
}

}  // namespace spillway
