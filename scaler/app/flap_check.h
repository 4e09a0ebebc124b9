// The flap proofs of a whole configuration.
#pragma once

#include <string>
#include <vector>

#include "scaler/app/app_config.h"
#include "scaler/rehearsal/flap_proof.h"

namespace spillway {

struct FlapFinding {
  std::string cluster;
  std::string shadow;  // the policy that was taken to act; empty: those that do
  FlapProof proof;
  bool is_allowed = false;  // `allow_flapping: true`
  std::string path;         // of the policies, in the file
  int line = 0;

  bool is_refused() const { return proof.cycle && !is_allowed; }
};

// Of each cluster its acting policies, and each shadow in their place: it may be promoted.
// `cluster` empty: all. Clusters that differ by name alone are looked at once. `is_thorough`: also
// those that may flap.
std::vector<FlapFinding> CheckFlapping(const AppConfig& config, const std::string& cluster,
                                       bool is_thorough);

// "a limit cycle: under a load that does not change, edge goes from 2 to 3 hosts and back every 11
// min". REQUIRES: finding.proof.cycle.
std::string SentenceOf(const FlapFinding& finding);

}  // namespace spillway
