// What the API says of the service's state, as the values that views of stored records take.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scaler/cli/api_client.h"
#include "scaler/cli/status_view.h"
#include "scaler/model/plan.h"
#include "scaler/rehearsal/shadow_score.h"

namespace spillway {

struct ApiState {
  nlohmann::json clusters;  // as answered, in the order of the configuration
  nlohmann::json hosts;

  std::vector<ClusterState> states;
  std::vector<HostRecord> records;
  std::vector<DecisionRecord> decisions;  // the last of each cluster: as much as status shows
  std::vector<OfferBackoff> backoffs;
  std::vector<ShadowScore> shadows;

  std::vector<SaidOfCluster> said;

  // Valid until it is asked again, and as long as this is.
  StatusInput AsOf(Time now);
};

// Of the lists `items` of /v1/clusters, /v1/hosts and /v1/policies. Throws
// nlohmann::json::exception.
ApiState StateOf(nlohmann::json clusters, nlohmann::json hosts, const nlohmann::json& policies);

// `cluster` empty: all of them. Throws CommandError.
ApiState ReadState(ApiClient& client, const std::string& cluster = "");

// An element of /v1/policies; `score` of a shadow.
ShadowScore ScoreFrom(const nlohmann::json& score);

}  // namespace spillway
