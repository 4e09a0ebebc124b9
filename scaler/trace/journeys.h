// One trace for each decision: from the sample that brought it about to the hosts that it asked
// for, ready.
//
//   receive → decide → plan → host ─┬─ create
//                                   ├─ boot
//                                   ├─ configure
//                                   └─ enrol
//
// (→: is the parent of.) A decision that no sample brought about begins with `decide`; there is no
// `plan` when it holds. A host's spans are made of its record, so that they go on after a restart;
// a host that is not ready in the end has an error. Loop thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "scaler/control/watcher.h"
#include "scaler/trace/span.h"

namespace spillway {

class Journeys final : public ControlWatcher {
 public:
  using OnSpan = std::function<void(Span)>;
  // Time that passes while the loop's stands: for the length of stages only.
  using Stopwatch = std::function<SpanTime()>;

  // `share` of all decisions.
  Journeys(std::string deployment, double share, OnSpan on_span, Stopwatch stopwatch = RealTime);

  void OnSamples(const SampleBatch& /*batch*/, Time /*now*/) override {}
  void OnStage(EvaluationStage stage) override;
  void OnEvaluation(const SeenEvaluation& seen) override;
  void OnDecision(const DecisionRecord& record) override;
  void OnHost(const HostRecord* before, const HostRecord& after) override;
  void OnRoles(const PolicyRoles& /*roles*/, Time /*now*/) override {}

 private:
  static SpanTime RealTime();

  // The trace of the decision; nothing when it is not sampled.
  std::optional<std::string> TraceFor(const std::string& decision) const;

  const std::string deployment_;
  const double share_;
  const OnSpan on_span_;
  const Stopwatch stopwatch_;
  // The evaluation that is under way.
  std::optional<Time> touched_;
  SpanTime decide_began_{};
  SpanTime plan_began_{};  // 0: it has not
  SpanTime ended_{};
};

}  // namespace spillway
