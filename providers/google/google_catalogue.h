// What a project can be asked for: configuration, prices and what the API says put together. Pure.
//
// An offer is a machine type in a zone that has it and whose price is known. Types of a family run
// out together in a zone, so that is the offers' `group`. Processors have a Quota for each region
// and family; what the other limits (instances, addresses, disks, all regions) and other users of
// the project leave is the `stock`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "providers/google/google_api.h"
#include "providers/google/google_config.h"
#include "scaler/model/offer.h"

namespace spillway {

struct GoogleMarket {
  std::map<std::string, std::vector<GoogleMachineType>> types;  // by zone
  std::map<std::string, GoogleQuotas> quotas;                   // by region
  GoogleQuotas project_quotas;
};

// A zone or region that the market does not have has no offers or no quotas. Says in a remark
// which types were asked for and are not there, and which limits are used up.
Catalogue GoogleCatalogue(const GoogleConfig& config, const GoogleMarket& market);

}  // namespace spillway
