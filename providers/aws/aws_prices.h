// What machines cost at AWS. EC2's API has no prices, so a dated table is shipped; the operator's
// configuration goes before it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/account_config.h"
#include "scaler/model/money.h"

namespace spillway {

// What a machine of `type` costs per hour in `region`, with its root volume and, when it has one,
// its public IPv4 address; nothing when no price is known, and then it must not be bought. The
// most special override wins. The shipped prices are those of us-east-1: for other regions they
// are raised by more than these are known to differ, so that a money limit holds; an operator who
// wants exact figures overrides them.
std::optional<Money> AwsPricePerHour(std::string_view region, std::string_view type,
                                     int root_volume_gib, bool has_public_address,
                                     const PriceOverrides& overrides);

// The types that the shipped table has.
std::vector<std::string> AwsPricedTypes();

}  // namespace spillway
