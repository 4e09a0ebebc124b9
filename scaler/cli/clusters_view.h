// `spillway clusters`: the clusters as the API tells them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/time.h"

namespace spillway {

// All throw nlohmann::json::exception for what is no cluster of /v1/clusters.

// A row for each.
std::string ClustersView(const nlohmann::json& clusters, Time now, const TextStyle& style);

// A cluster's rungs: what each holds, and what of it is left alone.
std::string LadderView(const nlohmann::json& cluster, Time now, const TextStyle& style);

}  // namespace spillway
