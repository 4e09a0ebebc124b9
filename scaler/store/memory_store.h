// A store that forgets with the process: for tests, simulation and backtest, and a service that
// says `store: {type: memory}`.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "scaler/store/store.h"

namespace spillway {

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(std::string deployment_id) : deployment_id_(std::move(deployment_id)) {}

  std::string DeploymentId() override { return deployment_id_; }
  void Commit(const Changes& changes) override;
  std::vector<HostRecord> Hosts(bool gone) override;
  std::optional<HostRecord> FindHost(const std::string& id) override;
  std::vector<ClusterState> Clusters() override;
  std::vector<OfferBackoff> Backoffs() override;
  std::vector<PolicyMemory> Memories() override;
  std::vector<Note> Notes(const std::string& kind) override;
  std::vector<DecisionRecord> Decisions(const DecisionQuery& query) override;
  std::optional<DecisionRecord> FindDecision(const std::string& id) override;
  std::int64_t Prune(const Retention& retention, Time now, std::int64_t at_most) override;

 private:
  void Put(const DecisionRecord& record);

  const std::string deployment_id_;
  std::map<std::string, HostRecord> hosts_;
  std::map<std::string, ClusterState> clusters_;
  std::map<std::string, OfferBackoff> backoffs_;
  std::map<std::pair<std::string, std::string>, PolicyMemory> memories_;  // by cluster and policy
  std::map<std::pair<std::string, std::string>, Note> notes_;             // by kind and key
  // Oldest first; decisions of the same time in the order of their first commit.
  using DecisionKey = std::pair<Time, std::int64_t>;
  std::map<DecisionKey, DecisionRecord> decisions_;
  std::map<std::string, DecisionKey> decision_keys_;
  std::int64_t next_decision_ = 0;
};

}  // namespace spillway
