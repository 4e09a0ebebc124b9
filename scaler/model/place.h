// Where machines are and where data may be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/time.h"

namespace spillway {

struct Coordinates {
  double latitude = 0;   // degrees, north positive
  double longitude = 0;  // degrees, east positive

  friend bool operator==(const Coordinates&, const Coordinates&) = default;
};

// Great-circle distance on a sphere of 6,371 km (haversine formula).
double DistanceKm(const Coordinates& a, const Coordinates& b);

// A cautious guess of the round trip over that distance when nobody measured it: light in fibre
// needs 1 ms for 100 km there and back, real routes are about twice the great circle, and the
// last mile adds 2 ms.
Duration EstimatedRoundTrip(const Coordinates& a, const Coordinates& b);

// Whether `country` (ISO 3166-1 alpha-2, "DE") is one of `allowed`, whose entries are countries
// or the groups "EU", "EEA". An empty `allowed` allows every place; an unknown country ("") is
// allowed only then.
bool InJurisdiction(std::string_view country, const std::vector<std::string>& allowed);

// Whether `name` is something that a jurisdiction list may hold: two capital letters, or a group.
bool IsCountryOrGroup(std::string_view name);

}  // namespace spillway
