// What an account can be asked for: configuration and the API's answers put together. Pure.
//
// An offer is a plan in a region of the configuration, with a price. Its stock is 0 where Vultr
// lists the plan and has none, what the account's limit leaves where one is configured, and
// otherwise not known: Vultr says whether there are any, not how many. The offers of a product
// share a quota without a number, so that a refusal for the account's limit counts for all of them.
// Offers have no `group`: a plan runs out by itself.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "providers/vultr/vultr_api.h"
#include "providers/vultr/vultr_config.h"
#include "scaler/model/money.h"
#include "scaler/model/offer.h"

namespace spillway {

// What the API has said.
struct VultrMarket {
  std::vector<VultrRegion> regions;
  std::vector<VultrPlan> plans;  // of both products
  // Plans that can be had now, by region; a region that is not here did not answer.
  std::map<std::string, std::set<std::string>> stock;
  // How many machines the account has; a product that is not here was not counted.
  std::map<ClusterType, std::int64_t> machines;
  std::vector<std::string> remarks;  // what it has not said, for Catalogue::remarks
};

// Everything included: Vultr charges nothing for the address and the disk. The most special
// override, else the region's price, else the plan's; nothing when there is none, and then it must
// not be bought.
std::optional<Money> VultrPricePerHour(const VultrPlan& plan, std::string_view region,
                                       const VultrConfig& config);

// Remarks tell also of regions and plans of the configuration that Vultr does not have.
Catalogue VultrCatalogue(const VultrConfig& config, const VultrMarket& market);

}  // namespace spillway
