#include "scaler/provision/fleet.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace spillway {
namespace {

// Where the record of this id stands in `hosts`, or would stand.
template <class Hosts>
auto PlaceOf(Hosts& hosts, const std::string& id) {
  return std::lower_bound(hosts.begin(), hosts.end(), id,
                          [](const HostRecord& host, const std::string& i) { return host.id < i; });
}

}  // namespace

Fleet::Fleet(Journal& journal, OnChange on_change)
    : journal_(journal), on_change_(std::move(on_change)) {}

void Fleet::Put(const HostRecord& host) {
  const HostRecord after = host;  // `host` may be our own record
  const HostRecord* found = Find(after.id);
  const std::optional<HostRecord> before = found ? std::optional(*found) : std::nullopt;
  if (IsLive(after)) {
    Keep(after);
  } else {
    Forget(after.id);
  }
  journal_.Put(after);
  on_change_(before ? &*before : nullptr, after);
}

void Fleet::Keep(const HostRecord& host) {
  cluster_of_[host.id] = host.cluster;
  std::vector<HostRecord>& hosts = clusters_[host.cluster];
  const auto place = PlaceOf(hosts, host.id);
  if (place != hosts.end() && place->id == host.id) {
    *place = host;
  } else {
    hosts.insert(place, host);
  }
}

void Fleet::Forget(const std::string& id) {
  const auto cluster = cluster_of_.find(id);
  if (cluster == cluster_of_.end()) return;
  std::vector<HostRecord>& hosts = clusters_[cluster->second];
  hosts.erase(PlaceOf(hosts, id));
  cluster_of_.erase(cluster);
}

const HostRecord* Fleet::Find(const std::string& id) const {
  const auto cluster = cluster_of_.find(id);
  if (cluster == cluster_of_.end()) return nullptr;
  return &*PlaceOf(clusters_.at(cluster->second), id);
}

std::span<const HostRecord> Fleet::OfCluster(const std::string& cluster) const {
  const auto found = clusters_.find(cluster);
  return found == clusters_.end() ? std::span<const HostRecord>() : found->second;
}

std::vector<HostRecord> Fleet::OfProvider(const std::string& provider) const {
  std::vector<HostRecord> hosts;
  ForEach([&](const HostRecord& host) {
    if (host.provider == provider) hosts.push_back(host);
  });
  return hosts;
}

std::vector<HostRecord> Fleet::All() const {
  std::vector<HostRecord> all;
  for (const auto& [cluster, hosts] : clusters_) all.insert(all.end(), hosts.begin(), hosts.end());
  return all;
}

}  // namespace spillway
