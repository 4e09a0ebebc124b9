// What a project can be asked for: configuration and the API's plans, metros and stock put
// together. Pure.
//
// An offer is a plan that is to be had on demand in a metro of the configuration, and whose price
// and cores are known. Offers have no `group`: a plan runs out in a metro by itself. All count
// against the project's quota of devices, whose figure only the operator may know: the quota counts
// ours, the stock everybody's.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "providers/equinix/equinix_api.h"
#include "providers/equinix/equinix_config.h"
#include "scaler/model/offer.h"

namespace spillway {

// The API's part of the catalogue.
struct EquinixSupply {
  std::vector<EquinixPlan> plans;
  std::vector<EquinixMetro> metros;
  EquinixStock stock;
  std::optional<std::int64_t> devices;  // in the project now; nothing: not known
};

Catalogue EquinixCatalogue(const EquinixConfig& config, const EquinixSupply& supply);

}  // namespace spillway
