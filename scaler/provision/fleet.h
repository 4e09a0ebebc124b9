// All host records that are not gone, by id: what the loop knows of the machines there are.
// Loop thread only.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "scaler/model/host.h"
#include "scaler/store/journal.h"

namespace spillway {

class Fleet {
 public:
  // Called after a record changed, with what it was before; `before` is null for a new one.
  using OnChange = std::function<void(const HostRecord* before, const HostRecord& after)>;

  // `journal` outlives the fleet.
  Fleet(Journal& journal, OnChange on_change);

  // Takes a stored record as it is: nothing is written, nobody is told.
  void Load(const HostRecord& host) { Keep(host); }

  // Replaces or adds the record of this id, puts it into the journal and tells. A record that is
  // gone leaves the fleet.
  void Put(const HostRecord& host);

  // Null when there is no live record of this id. Valid until the next Put.
  const HostRecord* Find(const std::string& id) const;
  // In the order of ids. Valid until the next Put.
  std::span<const HostRecord> OfCluster(const std::string& cluster) const;
  std::vector<HostRecord> OfProvider(const std::string& provider) const;
  // Cluster by cluster.
  std::vector<HostRecord> All() const;
  // The same without copies: calls visit(host) for each. REQUIRES: no Put meanwhile.
  template <class F>
  void ForEach(F&& visit) const {
    for (const auto& [cluster, hosts] : clusters_) std::for_each(hosts.begin(), hosts.end(), visit);
  }
  std::size_t size() const { return cluster_of_.size(); }

 private:
  void Keep(const HostRecord& host);
  void Forget(const std::string& id);

  Journal& journal_;
  const OnChange on_change_;
  // Sorted by id within each cluster, so that an evaluation sees its hosts without copying them.
  std::map<std::string, std::vector<HostRecord>> clusters_;
  std::map<std::string, std::string> cluster_of_;  // by host id
};

}  // namespace spillway
