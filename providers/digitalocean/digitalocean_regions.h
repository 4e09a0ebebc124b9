// Where the regions of DigitalOcean are. Its API has slugs and names only, so this table is ours to
// keep; a region that it does not have is offered nevertheless, without a place.
#pragma once

#include <string_view>

#include "scaler/model/place.h"

namespace spillway {

struct DigitalOceanRegionPlace {
  std::string_view slug;
  std::string_view country;  // ISO 3166-1 alpha-2
  Coordinates coordinates;   // of the city
};

// Null for a region that the table does not have.
const DigitalOceanRegionPlace* FindDigitalOceanRegion(std::string_view slug);

// Whether it has the form of a region's slug ("fra1").
bool IsDigitalOceanRegionSlug(std::string_view slug);

}  // namespace spillway
