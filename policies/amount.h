// An amount of capacity as operators write it: in hosts of the cluster's size, or exactly.
#pragma once

#include "scaler/model/capacity.h"
#include "scaler/model/recommendation.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// Reads exactly one of the members `hosts: N` and `capacity: {vcpu, memory}` of `node`, each 0 or
// more. Does not Finish the node.
Capacity ParseAmount(const ConfigNode& node, const Capacity& host_size);

// What a policy of the operator's own will says: a kind and how much.
struct Stand {
  RecommendationKind kind = RecommendationKind::kTarget;
  Capacity amount;

  friend bool operator==(const Stand&, const Stand&) = default;
};

// Reads `kind: target | floor | ceiling` (missing: `usual`) and the amount beside it.
Stand ParseStand(const ConfigNode& node, const Capacity& host_size, RecommendationKind usual);

}  // namespace spillway
