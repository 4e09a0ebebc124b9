// Sees what the loop sees and decides, and changes nothing: shadows, recordings, and what goes out.
// Loop thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "scaler/control/evaluation.h"
#include "scaler/control/roles.h"

namespace spillway {

// One evaluation of one cluster, with what it was made of. Valid during the call.
struct SeenEvaluation {
  Time now;
  const ClusterSpec& cluster;
  const ClusterState& before;  // what deciding remembered
  std::span<const std::unique_ptr<Policy>> acting;
  std::span<const std::unique_ptr<Policy>> shadows;
  std::span<const HostRecord> hosts;
  const Observations& observations;
  const PolicyWaiting& waiting;           // of those that act
  const PolicyWaiting& shadows_waiting;   // of the shadows
  const std::optional<Market>& asked;     // what the plan was made of; nothing: it held
  const std::function<Market()>& market;  // the same, for who wants to plan otherwise
  const Evaluation& evaluation;           // its record has no id yet
  bool is_news;                           // it is stored, and carried out
  std::optional<Time> touched;            // when the first sample came that is new in it
};

// What an evaluation does, in this order; it plans only when there is something to plan.
enum class EvaluationStage { kDecide, kPlan };

class ControlWatcher {
 public:
  virtual ~ControlWatcher() = default;
  // Before the windows take it.
  virtual void OnSamples(const SampleBatch& batch, Time now) = 0;
  // A stage begins; it ends with the next, or with OnEvaluation.
  virtual void OnStage(EvaluationStage /*stage*/) {}
  // Each evaluation, news or not, before anything of it is done.
  virtual void OnEvaluation(const SeenEvaluation& seen) = 0;
  // A decision that is news, with its id, and a host that is in another state or turned round
  // (`before` is null for a new one). They are in the journal and not durable yet: what is put
  // there now is in the same commit.
  virtual void OnDecision(const DecisionRecord& /*record*/) {}
  virtual void OnHost(const HostRecord* /*before*/, const HostRecord& /*after*/) {}
  // Other policies act from now on, by what was said at `roles.since`: a moment ago, or in an
  // earlier life of the service.
  virtual void OnRoles(const PolicyRoles& roles, Time now) = 0;
};

}  // namespace spillway
