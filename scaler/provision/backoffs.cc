#include "scaler/provision/backoffs.h"

#include <utility>

namespace spillway {

void Backoffs::Strike(const HostRecord& host, const Reaction& reaction, std::string why, Time now) {
  if (reaction.scope == BackoffScope::kNone) return;
  const std::string key = BackoffKey(reaction.scope, host);
  OfferBackoff& backoff = backoffs_[key];
  // Several hosts that were asked for together fail together: that is one strike.
  if (backoff.strikes > 0 && now < backoff.until) return;
  backoff = AfterStrike(backoff, key, reaction, std::move(why), now);
  journal_.Put(backoff);
}

void Backoffs::Forgive(const HostRecord& host, Time now) {
  for (const BackoffScope scope : {BackoffScope::kOffer, BackoffScope::kGroup}) {
    const auto found = backoffs_.find(BackoffKey(scope, host));
    if (found == backoffs_.end() || found->second.strikes == 0) continue;
    found->second.strikes = 0;
    found->second.until = now;
    journal_.Put(found->second);
  }
}

std::vector<OfferBackoff> Backoffs::All() const {
  std::vector<OfferBackoff> all;
  for (const auto& [key, backoff] : backoffs_) all.push_back(backoff);
  return all;
}

}  // namespace spillway
