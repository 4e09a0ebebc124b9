// A configuration as it may be shown: what looks like a secret is hidden. Configurations refer to
// secrets by file or variable, and those names may be seen; a word that says that it holds one
// itself is hidden all the same, because drivers of others take what they like. So is the user of
// an address.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace spillway {

nlohmann::json ShownConfig(const nlohmann::json& tree);

// The same for the member `name` of a mapping.
nlohmann::json ShownMember(std::string_view name, const nlohmann::json& value);

}  // namespace spillway
