// What the simulated clouds sell: names, plans, prices and places of real ones, so that a demo or a
// backtest can be compared with a bill. Prices are in USD per hour, on demand, Linux.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "providers/simulated/simulated_cloud.h"
#include "scaler/model/offer.h"

namespace spillway {

struct SimulatedPlan {
  std::string_view name;
  ClusterType type;
  std::int64_t vcpu;  // hardware threads
  std::int64_t memory_mib;
  double price_per_hour;
};

struct SimulatedPlace {
  std::string_view name;
  std::string_view country;
  Coordinates coordinates;
};

struct SimulatedProfile {
  std::string_view name;  // a kind of provider (model/kinds.h)
  std::span<const SimulatedPlan> plans;
  std::span<const SimulatedPlace> places;  // the first is where a configuration that names none is
  Billing billing;
  BootTime boot_virtual;
  BootTime boot_metal;
};

// "onprem", "aws", …
std::span<const SimulatedProfile> SimulatedProfiles();

}  // namespace spillway
