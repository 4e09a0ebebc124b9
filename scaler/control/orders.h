// The write side: what people ask for, done or only foreseen. Loop thread only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scaler/control/control_loop.h"
#include "scaler/control/roles.h"
#include "scaler/model/orders.h"
#include "scaler/model/result.h"
#include "scaler/store/journal.h"

namespace spillway {

// What would follow for a cluster. Both decisions are made of what the policies said last; they
// have no id.
struct Preview {
  DecisionRecord before;  // as things are said now
  DecisionRecord after;
  std::vector<std::string> words;  // the difference, a sentence each
};

class Orders {
 public:
  // Both outlive it.
  Orders(ControlLoop& control, Journal& journal) : control_(control), journal_(journal) {}

  // False while the store fails: then nothing should be asked for.
  bool is_able() const { return control_.is_healthy(); }
  // Runs `effect` when what was ordered up to now is durable.
  void AfterCommit(std::function<void()> effect) { journal_.AfterCommit(std::move(effect)); }

  // All that is said of a cluster from now on. REQUIRES: there is such a cluster.
  void Give(const std::string& cluster, const ClusterOrders& orders);
  Preview Foresee(const std::string& cluster, const ClusterOrders& orders);

  // What is done with a host, which may be gone: its record after it, or why not (kConflict).
  Result<HostRecord> Give(const HostRecord& host, const HostOrder& order);
  Result<HostRecord> Foresee(const HostRecord& host, const HostOrder& order) const;

  // This policy measures and acts in the cluster, and no other that measures. Durable with the next
  // commit, and followed at once. kNotFound: it has no such policy that measures anything.
  Result<PolicyRoles> Promote(const ClusterLook& cluster, const std::string& policy);
  Result<PolicyRoles> ForeseePromoted(const ClusterLook& cluster, const std::string& policy) const;

 private:
  ControlLoop& control_;
  Journal& journal_;
};

}  // namespace spillway
