// What every policy with a signal has in common: what it says when the signal does not tell, and
// how long what it says holds.
//
//   on_unknown: hold                               # the default
//   on_unknown: {add_hosts: 2, up_to_hosts: 10}    # bounded help for a fleet that cannot be seen
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policies/policy.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// `add_hosts` more than there are ready, and never more than `up_to_hosts` for this reason. A
// policy has no memory: while the signal stays unknown, hosts that have become ready are followed
// by more. Hence `up_to_hosts`; without it the cluster's own limits are the only bound.
struct OnUnknown {
  std::int64_t add_hosts = 0;  // 0: hold
  std::optional<std::int64_t> up_to_hosts;

  friend bool operator==(const OnUnknown&, const OnUnknown&) = default;
};

// Reads the member `on_unknown` of a policy's node.
OnUnknown ParseOnUnknown(const ConfigNode& policy);

// "The signals do not tell": holds, or adds what `on_unknown` says. Never shrinks anything.
Recommendation CannotTell(const OnUnknown& on_unknown, const PolicyInput& input, Reason why);

// Why `signal` has nothing to decide by: missing, stale or not finite, with its age. Nothing when
// it has a value.
std::optional<Reason> WhyUnknown(const Signal& signal, const SignalSpec& spec);

// A target that was made of `signal`: it may not shrink anything when the signal is partial, and
// holds until the signal would be stale.
Recommendation TargetBySignal(const Signal& signal, const SignalSpec& spec, Time now,
                              Capacity wanted, Reason reason);

}  // namespace spillway
