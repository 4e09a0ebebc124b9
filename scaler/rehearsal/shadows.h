// The shadows of all clusters: each follows every evaluation of its cluster. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scaler/control/watcher.h"
#include "scaler/rehearsal/shadow.h"

namespace spillway {

// What is known of a cluster's shadows beforehand.
struct ShadowSetup {
  std::optional<Objective> objective;
  // What the signals of the policy of this name measure.
  std::function<std::vector<Measure>(const std::string& policy)> measures;
};

class Shadows final : public ControlWatcher {
 public:
  // By cluster.
  explicit Shadows(std::map<std::string, ShadowSetup> setups) : setups_(std::move(setups)) {}

  // Goes on from where an earlier life of the service was. Call before the first evaluation.
  void Recall(ShadowScore score);

  // The configuration was exchanged: `cluster` finds what there is of a cluster now. Shadows of
  // which `goes_on` is false begin anew, or are no more.
  void Reconfigure(
      std::map<std::string, ShadowSetup> setups,
      const std::function<const ClusterSpec&(const std::string& cluster)>& cluster,
      const std::function<bool(const std::string& cluster, const std::string& policy)>& goes_on);

  void OnSamples(const SampleBatch& /*batch*/, Time /*now*/) override {}
  void OnEvaluation(const SeenEvaluation& seen) override;
  // What was compared with another acting policy says nothing any more.
  void OnRoles(const PolicyRoles& roles, Time now) override;

  std::vector<ShadowScore> Scores() const;

 private:
  using Key = std::pair<std::string, std::string>;  // cluster, policy

  Shadow& Find(const SeenEvaluation& seen, const Policy& policy);

  std::map<std::string, ShadowSetup> setups_;
  std::map<Key, ShadowScore> recalled_;  // of clusters that were not evaluated yet
  std::map<Key, Shadow> shadows_;
};

}  // namespace spillway
