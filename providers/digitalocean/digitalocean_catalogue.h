// What an account can be asked for: configuration and DigitalOcean's own lists put together. Pure.
//
// An offer is a size in a region of the configuration where both say that Droplets can be made now.
// The account's limit is a number of Droplets of every kind: what is left of it is the `stock` of
// each offer. All offers share the quota's name, whether or not its figure is known, because a
// refusal for the limit concerns all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "providers/digitalocean/digitalocean_api.h"
#include "providers/digitalocean/digitalocean_config.h"
#include "scaler/model/offer.h"

namespace spillway {

struct DropletLimit {
  std::int64_t limit = 0;
  std::int64_t used = 0;  // by everything in the account
};

// Places and sizes that are asked for and not to be had are among the remarks. No `limit`: it is
// not known.
Catalogue DigitalOceanCatalogue(const DigitalOceanConfig& config,
                                const std::vector<DigitalOceanRegion>& regions,
                                const std::vector<DigitalOceanSize>& sizes,
                                const std::optional<DropletLimit>& limit);

}  // namespace spillway
