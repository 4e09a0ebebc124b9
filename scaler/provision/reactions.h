// What a failed create call means for the host and for what it was taken from: one table.
#pragma once

#include <cstdint>
#include <string>

#include "scaler/model/error.h"
#include "scaler/model/host.h"
#include "scaler/model/offer.h"

namespace spillway {

enum class CreateReaction {
  kRetry,     // the same call again, a little later
  kSlowDown,  // the same call again; the provider's other creates wait too
  kLook,      // the machine may exist: look for it before anything else
  kFail,      // give the host up; the planner takes something else
};

// What is not asked for a while after the error.
enum class BackoffScope { kNone, kOffer, kGroup, kQuota, kProvider };

struct Reaction {
  CreateReaction create;
  BackoffScope scope;
  Duration first;  // the back-off of the first strike; it doubles with each further one
  Duration longest;
  bool counts;  // towards the cluster's hold-down
};

const Reaction& ReactionTo(ErrorKind kind);

// A host that never became ready: its offer is backed off like this.
const Reaction& ReactionToLostHost();

// The OfferBackoff::key of `scope` for what `host` was taken from.
std::string BackoffKey(BackoffScope scope, const HostRecord& host);

// `previous` (possibly empty) after one more strike at `now`. A back-off that ended longer ago
// than `reaction.longest` is forgotten.
OfferBackoff AfterStrike(const OfferBackoff& previous, const std::string& key,
                         const Reaction& reaction, std::string why, Time now);

// How long to wait before repeat number `attempts` (1, 2, …) of a call: doubling from two seconds
// to two minutes, of which `unit` in [0, 1) leaves between half and all (jitter).
Duration RetryDelay(std::int64_t attempts, double unit);

}  // namespace spillway
