// `spillway status`: what each cluster wants, has and costs, and what holds it back.
#pragma once

#include <span>
#include <string>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/plan.h"
#include "scaler/rehearsal/shadow_score.h"

namespace spillway {

// What a person said of a cluster: "paused by otto until …".
struct SaidOfCluster {
  std::string cluster;
  std::string text;
};

// What the store or the API knows.
struct StatusInput {
  std::span<const ClusterState> clusters;
  std::span<const HostRecord> hosts;          // not gone
  std::span<const DecisionRecord> decisions;  // newest first, at least the last of each cluster
  std::span<const OfferBackoff> backoffs;     // those over `now` are shown
  std::span<const ShadowScore> shadows;
  Time now;
  std::span<const SaidOfCluster> said = {};
};

std::string StatusView(const StatusInput& input, const TextStyle& style);

// {"time", "clusters": [{"name", "state", "last_decision", "hosts"}], "backoffs",
// "shadows"}; what is not
// known is null.
std::string StatusJson(const StatusInput& input);

}  // namespace spillway
