// What happens, on the event stream of the HTTP API. Loop thread only.
#pragma once

#include <map>
#include <string>

#include "scaler/control/watcher.h"
#include "scaler/model/plan.h"
#include "scaler/runtime/event_loop.h"
#include "scaler/serve/event_stream.h"

namespace spillway {

class LiveEvents final : public ControlWatcher {
 public:
  // Both outlive it, and the loop runs no task after it. Begins to beat.
  LiveEvents(EventLoop& loop, EventStream& stream);
  LiveEvents(const LiveEvents&) = delete;
  LiveEvents& operator=(const LiveEvents&) = delete;

  // Once they are durable.
  void Tell(const DecisionRecord& record);
  void Tell(const HostRecord& host);

  // Names the cluster on the stream, at most once a second.
  void Touch(const std::string& cluster);

  void OnSamples(const SampleBatch& /*batch*/, Time /*now*/) override {}
  void OnEvaluation(const SeenEvaluation& seen) override;
  void OnRoles(const PolicyRoles& roles, Time now) override;

 private:
  struct Touched {
    Time last = kDistantPast;
    bool is_waiting = false;
  };

  void Beat();

  EventLoop& loop_;
  EventStream& stream_;
  std::map<std::string, Touched> touched_;  // by cluster
};

}  // namespace spillway
