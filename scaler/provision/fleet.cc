#include "scaler/provision/fleet.h"

#include <optional>
#include <utility>

namespace spillway {

Fleet::Fleet(Journal& journal, OnChange on_change)
    : journal_(journal), on_change_(std::move(on_change)) {}

void Fleet::Put(const HostRecord& host) {
  const auto found = hosts_.find(host.id);
  const std::optional<HostRecord> before =
      found == hosts_.end() ? std::nullopt : std::optional(found->second);
  const HostRecord after = host;  // `host` may live in the map
  if (IsLive(after)) {
    hosts_.insert_or_assign(after.id, after);
  } else {
    hosts_.erase(after.id);
  }
  journal_.Put(after);
  on_change_(before ? &*before : nullptr, after);
}

const HostRecord* Fleet::Find(const std::string& id) const {
  const auto found = hosts_.find(id);
  return found == hosts_.end() ? nullptr : &found->second;
}

std::vector<HostRecord> Fleet::OfCluster(const std::string& cluster) const {
  std::vector<HostRecord> hosts;
  for (const auto& [id, host] : hosts_) {
    if (host.cluster == cluster) hosts.push_back(host);
  }
  return hosts;
}

std::vector<HostRecord> Fleet::OfProvider(const std::string& provider) const {
  std::vector<HostRecord> hosts;
  for (const auto& [id, host] : hosts_) {
    if (host.provider == provider) hosts.push_back(host);
  }
  return hosts;
}

}  // namespace spillway
