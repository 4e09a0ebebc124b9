// The policies there are: kind -> factory. The whole list stands in builtin.cc; a new one is a
// folder and a line there.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "policies/policy.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

struct PolicyKind {
  std::string_view kind;
  // Reads `node`, recording errors there, and Finishes it: what is the caller's own in it (`name`,
  // the kind) must have been asked for before. Gives a policy, or nothing when there were errors
  // that leave none. `host_size` is the cluster's.
  std::unique_ptr<Policy> (*parse)(const std::string& name, const ConfigNode& node,
                                   const Capacity& host_size);
};

std::span<const PolicyKind> BuiltinPolicies();

}  // namespace spillway
