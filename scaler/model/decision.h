// One answer to "how much should this cluster have now", with everything it was made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/capacity.h"
#include "scaler/model/money.h"
#include "scaler/model/orders.h"
#include "scaler/model/reason.h"
#include "scaler/model/recommendation.h"
#include "scaler/model/signal.h"
#include "scaler/model/time.h"

namespace spillway {

enum class Verdict { kGrow, kHold, kShrink };
std::string_view Name(Verdict verdict);

// The cluster's money at the moment of the decision.
struct MoneyState {
  Money spent_this_month;  // by hosts that are gone and by those that still run
  Money reserved;          // worst case of what is running, in flight or of unknown outcome
  Money running_per_hour;  // the same hosts, per hour
  Money room_per_hour = Money::Unlimited();  // what may be added; 0 or less: full
  Money room_this_month = Money::Unlimited();

  friend bool operator==(const MoneyState&, const MoneyState&) = default;
};

struct Decision {
  std::string id;
  std::string cluster;
  Time time;
  Verdict verdict = Verdict::kHold;
  Capacity wanted;         // after limits: what the plan is to reach
  Capacity previous;       // what was wanted before
  Capacity ready;          // at that moment
  Capacity usable;         // ready and coming
  bool may_shrink = true;  // false while something is unknown
  bool may_buy = true;     // false while held down
  MoneyState money;
  std::vector<NearPlace> near{};    // of all recommendations, each place once
  std::optional<Capacity> piece{};  // the largest of all recommendations

  // The inputs, and in order what each stage made of them: the winner, who lost and why, and
  // each limit that changed the number.
  std::vector<Signal> signals;
  std::vector<Recommendation> recommendations;
  std::vector<Reason> reasons;

  friend bool operator==(const Decision&, const Decision&) = default;
};

// What was wanted, before stabilisation, from `since` until the next span's `since`.
struct WantedSpan {
  Time since;
  Capacity least;
  Capacity most;

  friend bool operator==(const WantedSpan&, const WantedSpan&) = default;
};

// What deciding must remember of a cluster; stored, so that every timer survives a restart.
struct ClusterState {
  std::string cluster;
  std::int64_t decisions = 0;  // made so far; the next id is made of it
  Capacity wanted;             // last decided
  bool has_decided = false;
  Time last_out = kDistantPast;
  Time last_in = kDistantPast;
  Time window_since = kDistantPast;  // from when on `history` is complete
  std::vector<WantedSpan> history;   // oldest first
  std::vector<Time> failures;        // of hosts, within the hold-down window
  Time held_down_until = kDistantPast;
  std::int64_t hold_downs = 0;  // in a row
  std::int64_t month = 0;       // year * 12 + month - 1, UTC, that `settled` is of
  Money settled;                // spent this month by hosts that are gone
  std::vector<Signal> signals;  // as last evaluated, for `spillway plan`
  Time signals_at = kDistantPast;
  ClusterOrders orders;  // what people said

  friend bool operator==(const ClusterState&, const ClusterState&) = default;
};

}  // namespace spillway
