// What people say, on its way into the loop.
#include <algorithm>
#include <utility>

#include "scaler/control/control_loop.h"

namespace spillway {

void ControlLoop::Obey(std::string_view name, const ClusterOrders& orders) {
  Cluster* cluster = Find(name);
  if (cluster == nullptr) return;
  cluster->state.orders = orders;
  StoreIfChanged(*cluster);
  MakeDue(*cluster, context_.loop.Now());
}

// What a retry forgets may be bought again at once.
Result<HostRecord> ControlLoop::Obey(const HostRecord& host, const HostOrder& order) {
  Result<HostRecord> after = provisioner_.Obey(host, order);
  if (after) EvaluateSoon(host.cluster);
  return after;
}

DecisionRecord ControlLoop::Foresee(std::string_view name, const ClusterOrders& orders) {
  const Cluster& cluster = *Find(name);
  const Time now = context_.loop.Now();
  ClusterState state = cluster.state;
  state.orders = orders;
  const PolicySignals none;
  const std::span<const HostRecord> hosts = fleet().OfCluster(cluster.spec->name);
  const EvaluationInput input{
      now, *cluster.spec, state, {}, none, hosts, [&] { return MarketFor(*cluster.spec, now); }};
  return Conclude(input, cluster.said, cluster.state.signals).record;
}

}  // namespace spillway
