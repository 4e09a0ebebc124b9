#include "scaler/provision/reactions.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace spillway {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Reaction& ReactionTo(ErrorKind kind) {
  using enum CreateReaction;
  using enum BackoffScope;
  static const Reaction kTransientRow{kRetry, kNone, {}, {}, true};
  static const Reaction kThrottledRow{kSlowDown, kNone, {}, {}, false};
  static const Reaction kNoCapacityRow{kFail, kGroup, minutes(2), minutes(60), false};
  static const Reaction kQuotaRow{kFail, kQuota, minutes(10), hours(6), false};
  static const Reaction kNotFoundRow{kFail, kOffer, minutes(30), hours(6), true};
  static const Reaction kDeniedRow{kFail, kProvider, minutes(5), hours(1), true};
  static const Reaction kInvalidRow{kFail, kOffer, hours(1), hours(24), true};
  static const Reaction kConflictRow{kLook, kNone, {}, {}, true};
  static const Reaction kUnknownRow{kLook, kNone, {}, {}, true};
  switch (kind) {
    case ErrorKind::kTransient: return kTransientRow;
    case ErrorKind::kThrottled: return kThrottledRow;
    case ErrorKind::kNoCapacity: return kNoCapacityRow;
    case ErrorKind::kQuota: return kQuotaRow;
    case ErrorKind::kNotFound: return kNotFoundRow;
    case ErrorKind::kDenied: return kDeniedRow;
    case ErrorKind::kInvalid: return kInvalidRow;
    case ErrorKind::kConflict: return kConflictRow;
    case ErrorKind::kUnknownOutcome: return kUnknownRow;
  }
  return kUnknownRow;
}

const Reaction& ReactionToLostHost() {
  static const Reaction kRow{CreateReaction::kFail, BackoffScope::kOffer, minutes(3), hours(2),
                             true};
  return kRow;
}

std::string BackoffKey(BackoffScope scope, const HostRecord& host) {
  switch (scope) {
    case BackoffScope::kGroup: return host.offer_group.empty() ? host.offer : host.offer_group;
    case BackoffScope::kQuota: return host.quota.empty() ? host.offer : host.quota;
    case BackoffScope::kProvider: return host.provider;
    case BackoffScope::kOffer:
    case BackoffScope::kNone: break;
  }
  return host.offer;
}

OfferBackoff AfterStrike(const OfferBackoff& previous, const std::string& key,
                         const Reaction& reaction, std::string why, Time now) {
  const bool forgotten = previous.strikes == 0 || previous.until + reaction.longest < now;
  const std::int64_t strikes = forgotten ? 1 : previous.strikes + 1;
  Duration length = reaction.first;
  for (std::int64_t i = 1; i < strikes && length < reaction.longest; ++i) length *= 2;
  return {key, now + std::min(length, reaction.longest), strikes, std::move(why)};
}

Duration RetryDelay(std::int64_t attempts, double unit) {
  constexpr Duration kFirst = seconds(2);
  constexpr Duration kLongest = minutes(2);
  Duration delay = kFirst;
  for (std::int64_t i = 1; i < attempts && delay < kLongest; ++i) delay *= 2;
  delay = std::min(delay, kLongest);
  return Duration(
      static_cast<std::int64_t>(static_cast<double>(delay.count()) * (0.5 + 0.5 * unit)));
}

}  // namespace spillway
