#include "scaler/provision/context.h"

#include <algorithm>

namespace spillway {

const ClusterSpec* ProvisionContext::FindCluster(std::string_view name) const {
  const auto found = std::find_if(clusters.begin(), clusters.end(),
                                  [&](const ClusterSpec& c) { return c.name == name; });
  return found == clusters.end() ? nullptr : &*found;
}

}  // namespace spillway
