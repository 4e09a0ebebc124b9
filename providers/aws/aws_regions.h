// Where the regions of AWS are. EC2's API knows codes only, so this table is ours to keep.
#pragma once

#include <string>
#include <string_view>

#include "scaler/model/place.h"

namespace spillway {

struct AwsRegion {
  std::string_view code;
  std::string_view country;  // ISO 3166-1 alpha-2
  Coordinates coordinates;   // of the city
};

// Null for a region that the table does not have.
const AwsRegion* FindAwsRegion(std::string_view code);

// Whether it has the form of a region's code ("eu-central-1"): it becomes part of a host name.
bool IsAwsRegionCode(std::string_view code);

// The region of a location, which is a region or one of its zones ("eu-central-1a",
// "us-west-2-lax-1a").
std::string AwsRegionOf(std::string_view location);

}  // namespace spillway
