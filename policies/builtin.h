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
  // that leave none.
  std::unique_ptr<Policy> (*parse)(const std::string& name, const ConfigNode& node,
                                   const PolicyContext& context);
};

std::span<const PolicyKind> BuiltinPolicies();

// One entry of a list of policies: `name`, `type` and the keys of its type.
std::unique_ptr<Policy> ParsePolicy(const ConfigNode& node, const PolicyContext& context);

}  // namespace spillway
