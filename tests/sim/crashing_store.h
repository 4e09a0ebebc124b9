// A store at whose writes the process may be killed.
#pragma once

#include <functional>

#include "scaler/store/memory_store.h"

namespace spillway::sim {

// The process is dead: thrown through the loop, caught by who drives it.
struct Crash {};

class CrashingStore final : public Store {
 public:
  // `disk` outlives it, and every process that writes to it. `strike` is called before and after
  // each commit and may throw Crash.
  CrashingStore(Store& disk, std::function<void()> strike)
      : disk_(disk), strike_(std::move(strike)) {}

  std::string DeploymentId() override { return disk_.DeploymentId(); }
  void Commit(const Changes& changes) override {
    strike_();
    disk_.Commit(changes);
    strike_();
  }
  std::vector<HostRecord> Hosts(bool gone) override { return disk_.Hosts(gone); }
  std::optional<HostRecord> FindHost(const std::string& id) override { return disk_.FindHost(id); }
  std::vector<ClusterState> Clusters() override { return disk_.Clusters(); }
  std::vector<OfferBackoff> Backoffs() override { return disk_.Backoffs(); }
  std::vector<PolicyMemory> Memories() override { return disk_.Memories(); }
  std::vector<Note> Notes(const std::string& kind) override { return disk_.Notes(kind); }
  std::vector<DecisionRecord> Decisions(const DecisionQuery& q) override {
    return disk_.Decisions(q);
  }
  std::optional<DecisionRecord> FindDecision(const std::string& id) override {
    return disk_.FindDecision(id);
  }
  std::int64_t Prune(const Retention& retention, Time now, std::int64_t at_most) override {
    return disk_.Prune(retention, now, at_most);
  }

 private:
  Store& disk_;
  const std::function<void()> strike_;
};

}  // namespace spillway::sim
