#include "policies/amount.h"

#include <array>
#include <cstddef>
#include <string>

namespace spillway {
namespace {

constexpr std::int64_t kMostHosts = 1'000'000;

// Which of `keys` the node has, when it is exactly one.
template <std::size_t N>
const char* TheOneOf(const ConfigNode& node, const std::array<const char*, N>& keys) {
  const char* found = nullptr;
  for (const char* key : keys) {
    if (!node.Has(key)) continue;
    if (found != nullptr) return nullptr;
    found = key;
  }
  return found;
}

}  // namespace

Capacity ParseAmount(const ConfigNode& node, const Capacity& host_size) {
  const auto hosts = node.Integer("hosts").Between(0, kMostHosts).Optional();
  const auto capacity = node.CapacityOf("capacity").Optional();
  if (TheOneOf(node, std::array{"hosts", "capacity"}) == nullptr) {
    node.Fail("expected exactly one of hosts: N and capacity: {vcpu, memory}");
  }
  return capacity.value_or(host_size * hosts.value_or(0));
}

Stand ParseStand(const ConfigNode& node, const Capacity& host_size) {
  const char* key = TheOneOf(node, std::array{"target", "floor", "ceiling"});
  if (key == nullptr) {
    node.Fail("expected exactly one of target, floor and ceiling, such as floor: {hosts: 4}");
    for (const char* any : {"target", "floor", "ceiling"}) (void)node[any];
    return {};
  }
  const ConfigNode amount = node[key];
  Stand stand;
  if (key == std::string("floor")) stand.kind = RecommendationKind::kFloor;
  if (key == std::string("ceiling")) stand.kind = RecommendationKind::kCeiling;
  stand.amount = ParseAmount(amount, host_size);
  amount.Finish();
  return stand;
}

}  // namespace spillway
