// What a part of the service takes by reference: time that is driven, a store in memory, no network
// and no log. A fixture inherits it and adds the part that it tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policies/target_tracking/target_tracking.h"
#include "scaler/control/control_loop.h"
#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/simulated_workers.h"
#include "scaler/store/memory_store.h"
#include "tests/support/builders.h"

namespace spillway::testing {

struct NobodyListens final : EventSink {
  void OnDecision(const DecisionRecord& /*record*/) override {}
  void OnHost(const HostRecord& /*host*/) override {}
};

// A policy that wants a vCPU for each 100 of the metric "load".
inline std::unique_ptr<Policy> FollowLoad(const std::string& name = "load") {
  TargetTrackingConfig config;
  config.signal.name = config.signal.metric = "load";
  config.signal.function = WindowFunction::kLast;
  config.kind = Measure::kLoad;
  config.target = 100;
  return std::make_unique<TargetTrackingPolicy>(name, config);
}

class DrivenService {
 protected:
  explicit DrivenService(std::vector<ClusterSpec> clusters = {AnEdgeCluster()})
      : clusters_(std::move(clusters)) {}
  // On a store that outlives it: one of several lives of a service.
  DrivenService(std::vector<ClusterSpec> clusters, MemoryStore& store)
      : store_(store), clusters_(std::move(clusters)) {}
  ~DrivenService() = default;

  ProvisionContext Context() {
    return {loop_,      workers_,    journal_,  log_,   metrics_, random_,
            providers_, registrars_, clusters_, "test", {}};
  }

  SimulatedLoop loop_{At(0s)};
  SimulatedWorkers workers_{loop_, 1, 1ms, 1ms};
  MemoryStore own_store_{"test"};
  MemoryStore& store_ = own_store_;
  Log log_{LogLevel::kOff};
  Metrics metrics_;
  Random random_{1};
  Journal journal_{loop_, store_, log_};
  const ProviderSet providers_{};
  RegistrarSet registrars_;
  const std::vector<ClusterSpec> clusters_;
  NobodyListens nobody_;
};

}  // namespace spillway::testing
