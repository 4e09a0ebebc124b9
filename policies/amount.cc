#include "policies/amount.h"

namespace spillway {
namespace {

constexpr std::int64_t kMostHosts = 1'000'000;

}  // namespace

Capacity ParseAmount(const ConfigNode& node, const Capacity& host_size) {
  const auto hosts = node.Integer("hosts").Between(0, kMostHosts).Optional();
  const auto capacity = node.CapacityOf("capacity").Optional();
  if (node.Has("hosts") == node.Has("capacity")) {
    node.Fail("expected exactly one of hosts: N and capacity: {vcpu, memory}");
  }
  return capacity.value_or(host_size * hosts.value_or(0));
}

Stand ParseStand(const ConfigNode& node, const Capacity& host_size, RecommendationKind usual) {
  Stand stand;
  stand.kind = node.OneOf<RecommendationKind>("kind", {{"target", RecommendationKind::kTarget},
                                                       {"floor", RecommendationKind::kFloor},
                                                       {"ceiling", RecommendationKind::kCeiling}})
                   .Or(usual);
  stand.amount = ParseAmount(node, host_size);
  return stand;
}

}  // namespace spillway
