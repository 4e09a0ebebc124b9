// Where the regions of Google Cloud are. The API knows names only, so this table is ours to keep.
#pragma once

#include <string>
#include <string_view>

#include "scaler/model/place.h"

namespace spillway {

struct GoogleRegion {
  std::string_view name;
  std::string_view country;  // ISO 3166-1 alpha-2
  Coordinates coordinates;   // of the place
};

// Null for a region that the table does not have.
const GoogleRegion* FindGoogleRegion(std::string_view name);

// The region of a zone: "europe-west3" of "europe-west3-a". Empty when `zone` does not have the
// form of a zone: it becomes part of a path.
std::string GoogleRegionOf(std::string_view zone);

}  // namespace spillway
