// What machines cost at Google. Compute Engine's API has no prices, so dated rates are shipped; the
// operator's configuration goes before them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "providers/account_config.h"
#include "providers/google/google_api.h"
#include "scaler/model/money.h"

namespace spillway {

struct GoogleDisk {
  std::int64_t gib = 50;
  std::string type = "pd-balanced";

  friend bool operator==(const GoogleDisk&, const GoogleDisk&) = default;
};

// Whether a machine type of this name has a shipped rate: the standard, highmem and highcpu types
// of E2, N1, N2, C2 and C3, and E2's shared-core types. Those with local disks or on bare metal
// have none.
bool HasGoogleRate(std::string_view machine_type);

// What a machine of `type` costs per hour in `zone`, with its boot disk and, when it has one, its
// public IPv4 address; nothing when no price is known, and then it must not be bought. The most
// special override wins and has everything included. The shipped rates are those of us-central1:
// for dearer regions they are raised by more than these are known to differ, so that a money limit
// holds; an operator who wants exact figures overrides them.
std::optional<Money> GooglePricePerHour(std::string_view zone, const GoogleMachineType& type,
                                        const GoogleDisk& disk, bool has_public_address,
                                        const PriceOverrides& overrides);

}  // namespace spillway
