#include "providers/flat_tags.h"

#include <algorithm>

namespace spillway {

std::string FlatTag(std::string_view key, std::string_view value) {
  return "spillway-" + std::string(key) + ":" + std::string(value);
}

std::vector<std::string> FlatTags(const MachineSpec& spec) {
  return {FlatTag("owner", spec.owner), FlatTag("token", spec.token),
          FlatTag("cluster", spec.cluster), FlatTag("host", spec.host)};
}

std::string ReadFlatTag(const std::vector<std::string>& tags, std::string_view key) {
  const std::string prefix = FlatTag(key, "");
  const auto tag = std::find_if(tags.begin(), tags.end(), [&](const std::string& candidate) {
    return candidate.starts_with(prefix);
  });
  return tag == tags.end() ? "" : tag->substr(prefix.size());
}

}  // namespace spillway
