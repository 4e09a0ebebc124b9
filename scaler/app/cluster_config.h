// One entry of `clusters:`: the cluster and its policies, checked against the product's matrix.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scaler/control/control_loop.h"
#include "scaler/model/cluster.h"
#include "scaler/model/kinds.h"
#include "scaler/rehearsal/objective.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// Names become parts of topics, tags, tokens and host names: an error where `name`, the member
// "name" of `node`, is not plain or too long.
void CheckName(const ConfigNode& node, const std::string& name, std::size_t longest);

// A cluster's policies by what they may do.
struct ParsedPolicies {
  PolicyList acting;
  PolicyList shadows;  // `shadow: true`: asked, and never followed
};

struct ParsedCluster {
  ClusterSpec spec;
  ParsedPolicies policies;
  bool may_flap = false;               // `allow_flapping: true`
  std::optional<Objective> objective;  // what "violated" means for this cluster
  Conversations conversations;         // of its policies in other processes
};

// The policies alone of the entry `node`, made anew: they have learned nothing.
ParsedPolicies ParsePolicies(const ConfigNode& node, const PolicyContext& context);

// What machines of a provider can be made into, and the word for such providers in messages.
struct ProviderRows {
  std::string kind;
  std::vector<MatrixRow> rows;  // empty: not known, so everything
};

// `providers` by their names in the configuration. Errors are recorded in `node`.
ParsedCluster ParseCluster(const ConfigNode& node,
                           const std::map<std::string, ProviderRows>& providers,
                           const std::set<std::string>& registrars);

}  // namespace spillway
