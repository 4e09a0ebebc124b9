// Guests that wait for a place: what a cluster's manager, or a metric, says of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scaler/model/kinds.h"
#include "scaler/model/signal.h"
#include "scaler/model/time.h"

namespace spillway {

enum class WaitCause {
  kCapacity,   // no host has room: one more host helps
  kElsewhere,  // what it requires rules out the hosts of this cluster, those to come as well
  kOther,      // an image, a device, an affinity, …: hosts do not help
};

struct WaitingGuest {
  std::string id;
  std::int64_t cpu_percent = 0;  // 100: a vCPU
  std::int64_t memory_mib = 0;
  std::optional<Hypervisor> hypervisor;  // that it needs; nothing: any
  WaitCause cause = WaitCause::kCapacity;
  std::string why;  // in the manager's words; empty: not said

  friend bool operator==(const WaitingGuest&, const WaitingGuest&) = default;
};

// Which list a policy wants to see.
struct WaitingSpec {
  std::string metric;  // each of its series is a guest; empty: what the cluster's manager says
  Duration max_age = std::chrono::minutes(2);  // then the list tells nothing

  friend bool operator==(const WaitingSpec&, const WaitingSpec&) = default;
};

// As it was heard last. Fresh and empty: nobody waits.
struct WaitingList {
  SignalState state = SignalState::kMissing;  // fresh, partial (a guest's series fell silent), …
  Duration age{0};
  std::vector<WaitingGuest> guests;  // when fresh or partial
  std::string trouble;               // why it is stale or missing; empty: not known

  bool has_value() const { return state == SignalState::kFresh || state == SignalState::kPartial; }
  friend bool operator==(const WaitingList&, const WaitingList&) = default;
};

}  // namespace spillway
