// What can be had, and where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scaler/model/capacity.h"
#include "scaler/model/kinds.h"
#include "scaler/model/money.h"
#include "scaler/model/place.h"
#include "scaler/model/time.h"

namespace spillway {

// One plan at one location of one provider.
struct Offer {
  std::string id;        // "provider/location/plan", unique in a deployment
  std::string provider;  // the account's name in the configuration
  std::string location;
  std::string plan;
  std::string country;  // ISO 3166-1 alpha-2; empty when unknown
  std::optional<Coordinates> coordinates;
  ClusterType cluster_type = ClusterType::kVirtual;
  std::vector<Hypervisor> hypervisors;  // that a machine of this plan can be made into
  Capacity capacity;
  Money price_per_hour;
  Billing billing;
  Duration time_to_ready{0};          // expected, from create to enrolled
  std::optional<std::int64_t> stock;  // machines to be had now; nothing when not said
  std::string quota;                  // name of the Quota it counts against; empty: none
  std::string group;                  // offers that run out together; empty: its own

  friend bool operator==(const Offer&, const Offer&) = default;
};

enum class QuotaUnit { kVcpu, kMachines };

// What a machine of this size takes of a quota.
inline std::int64_t QuotaUse(QuotaUnit unit, const Capacity& machine) {
  return unit == QuotaUnit::kVcpu ? machine.vcpu : 1;
}

// An account's limit that several offers share.
struct Quota {
  std::string name;
  std::int64_t limit = 0;
  QuotaUnit unit = QuotaUnit::kVcpu;

  friend bool operator==(const Quota&, const Quota&) = default;
};

struct Catalogue {
  std::vector<Offer> offers;
  std::vector<Quota> quotas;
  // What could not be found out, in words for the operator: "quotas of eu-west-1: denied: …".
  std::vector<std::string> remarks{};

  friend bool operator==(const Catalogue&, const Catalogue&) = default;
};

// An offer, or all offers that share a group, a quota or a provider, not asked for a while.
struct OfferBackoff {
  std::string key;  // an Offer::id, group, quota or provider
  Time until;
  std::int64_t strikes = 0;  // in a row, for the exponential
  std::string why;

  friend bool operator==(const OfferBackoff&, const OfferBackoff&) = default;
};

}  // namespace spillway
