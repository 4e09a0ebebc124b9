// The tags of a machine where the provider knows plain words only: "spillway-token:a1b2". Names of
// ours are lower-case letters, digits and dashes, which every provider takes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "providers/provider.h"

namespace spillway {

// "spillway-KEY:VALUE".
std::string FlatTag(std::string_view key, std::string_view value);

// Owner, token, cluster and host of `spec`, to be written on the machine at its birth.
std::vector<std::string> FlatTags(const MachineSpec& spec);

// The value of `key` among `tags`; empty when there is none.
std::string ReadFlatTag(const std::vector<std::string>& tags, std::string_view key);

}  // namespace spillway
