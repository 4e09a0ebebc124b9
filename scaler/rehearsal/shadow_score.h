// What a shadow would have cost and how well it would have served, beside what acted at the same
// time. Kept from one start of the service to the next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scaler/model/money.h"
#include "scaler/model/time.h"

namespace spillway {

struct FleetScore {
  Money cost;            // hours of hosts that are paid times their price; no steps of billing
  Duration violated{0};  // of what was judged
  std::int64_t launches = 0;
  std::int64_t ready = 0;  // hosts, at last

  friend bool operator==(const FleetScore&, const FleetScore&) = default;
};

struct ShadowScore {
  std::string cluster;
  std::string policy;
  Time since;
  Time until;
  Duration watched{0};  // of that time: the service was there, and no signal was missing
  Duration judged{0};   // of what was watched, where the objective could tell
  bool has_objective = false;
  Duration start{0};  // that its hosts take until they are ready
  FleetScore acting;
  FleetScore shadow;
  std::string says;  // the shadow's last reason

  // Of what was judged; nothing when nothing was.
  std::optional<double> ViolatedShare(const FleetScore& fleet) const;

  friend bool operator==(const ShadowScore&, const ShadowScore&) = default;
};

// How the store's notes hold them: JSON, with members of these names.
std::string TextOf(const ShadowScore& score);
// Nothing for any other text.
std::optional<ShadowScore> ShadowScoreFrom(std::string_view text);

}  // namespace spillway
