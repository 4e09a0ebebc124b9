// Operating systems by the names that Vultr's users know; their numbers change.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "providers/vultr/vultr_api.h"
#include "scaler/model/result.h"

namespace spillway {

// The id of the one that is called `name`, or else of the only one whose name begins with it:
// "Debian 12" for "Debian 12 x64 (bookworm)". kInvalid names what there is.
Result<std::int64_t> FindVultrOs(std::span<const VultrOs> systems, std::string_view name);

}  // namespace spillway
