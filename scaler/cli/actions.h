// What people ask the service to do (POST of the API): the requests, as values.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "scaler/cli/commands.h"

namespace spillway {

struct ActionRequest {
  std::string path;     // "/v1/clusters/edge/pause"
  nlohmann::json body;  // what was typed and nothing else
  // Machines may be given back by it, of which people at a terminal are asked before.
  bool may_give_back = false;
};

// Throws CommandError (kUsage) for what cannot be asked so.
ActionRequest ClusterRequest(const ClusterActionOptions& typed);
ActionRequest HostRequest(const HostActionOptions& typed);
ActionRequest PromoteRequest(const PolicyPromoteOptions& typed);
ActionRequest ReloadRequest(const ActionOptions& typed);

// Whether what a dry run answered gives machines back.
bool GivesBack(const nlohmann::json& preview);

}  // namespace spillway
