// Where the regions of Vultr are. Its API knows their countries, not their coordinates, so these
// are ours to keep.
#pragma once

#include <optional>
#include <string_view>

#include "scaler/model/place.h"

namespace spillway {

// Nothing for a region that the table does not have.
std::optional<Coordinates> VultrCoordinates(std::string_view region);

// Whether it has the form of a region's id ("fra"): it becomes part of a path.
bool IsVultrRegionId(std::string_view region);

}  // namespace spillway
