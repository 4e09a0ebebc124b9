// Where the metros of Equinix are. The API knows their countries but not their coordinates, so
// this table is ours to keep.
#pragma once

#include <string_view>

#include "scaler/model/place.h"

namespace spillway {

struct EquinixPlace {
  std::string_view metro;
  std::string_view country;  // ISO 3166-1 alpha-2
  Coordinates coordinates;   // of the city
};

// Null for a metro that the table does not have, as those of private installations.
const EquinixPlace* FindEquinixPlace(std::string_view metro);

}  // namespace spillway
