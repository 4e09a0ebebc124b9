// What people say about a cluster or a host beside the configuration: who, why, and until when.
// Stored with what it is about, so that it outlives a restart.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scaler/model/capacity.h"
#include "scaler/model/time.h"

namespace spillway {

struct PersonsWord {
  std::string by;      // the name of a token, or of a user
  std::string reason;  // may be empty
  Time since;

  friend bool operator==(const PersonsWord&, const PersonsWord&) = default;
};

// Nothing is bought and nothing given back; what is under way goes on.
struct Pause {
  PersonsWord word;
  Time until = kDistantFuture;  // the distant future: until it is taken back

  friend bool operator==(const Pause&, const Pause&) = default;
};

// The cluster is to have exactly this, within its limits and its money.
struct ManualScale {
  Capacity wanted;
  std::optional<std::int64_t> hosts;  // when it was said in hosts
  PersonsWord word;
  Time until;

  friend bool operator==(const ManualScale&, const ManualScale&) = default;
};

// All that was said about a cluster. Both may hold; then it is paused.
struct ClusterOrders {
  std::optional<Pause> pause;
  std::optional<ManualScale> scale;

  friend bool operator==(const ClusterOrders&, const ClusterOrders&) = default;
};

// Without what is over.
inline ClusterOrders InForce(ClusterOrders orders, Time now) {
  if (orders.pause && orders.pause->until <= now) orders.pause.reset();
  if (orders.scale && orders.scale->until <= now) orders.scale.reset();
  return orders;
}

// When the first of them ends.
inline Time FirstEnd(const ClusterOrders& orders) {
  return std::min(orders.pause ? orders.pause->until : kDistantFuture,
                  orders.scale ? orders.scale->until : kDistantFuture);
}

enum class HostAction {
  kProtect,    // never chosen as a victim
  kUnprotect,  // may be chosen again
  kDrain,      // takes no new guests, is emptied, and stays, paid
  kUndrain,    // serves again
  kRetire,     // drained and given back
  kRetireNow,  // given back without waiting for its guests
  kRetry,      // what waits for a back-off is tried now
};

struct HostOrder {
  HostAction action = HostAction::kProtect;
  PersonsWord word;

  friend bool operator==(const HostOrder&, const HostOrder&) = default;
};

}  // namespace spillway
