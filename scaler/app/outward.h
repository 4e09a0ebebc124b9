// What the service sends out by itself over HTTP: events to webhooks, spans to a collector. On
// workers of its own, so that no receiver keeps a provider's call waiting. Loop thread only.
#pragma once

#include <optional>

#include "scaler/app/app_config.h"
#include "scaler/control/watcher.h"
#include "scaler/notify/webhooks.h"
#include "scaler/runtime/thread_workers.h"
#include "scaler/trace/journeys.h"
#include "scaler/trace/span_sender.h"

namespace spillway {

class Outward final : public ControlWatcher {
 public:
  struct Surroundings {
    EventLoop& loop;
    Store& store;
    Journal& journal;
    HttpClient& http;
    Random& random;
    Metrics& metrics;
    Log& log;
  };

  // Reads secrets; throws std::runtime_error when one is not there. All in `around` outlives it.
  Outward(const AppConfig& config, const Surroundings& around);
  Outward(const Outward&) = delete;
  Outward& operator=(const Outward&) = delete;

  // Watches `control`, and only when somebody is to be told. Call before its start.
  void Attach(ControlLoop& control);

  void OnSamples(const SampleBatch& /*batch*/, Time /*now*/) override {}
  void OnEvaluation(const SeenEvaluation& /*seen*/) override {}
  void OnDecision(const DecisionRecord& record) override;
  void OnHost(const HostRecord* before, const HostRecord& after) override;
  void OnRoles(const PolicyRoles& /*roles*/, Time /*now*/) override {}

 private:
  Outbox outbox_;
  std::optional<ThreadWorkers> workers_;  // nothing: nobody is told
  std::optional<Webhooks> webhooks_;
  std::optional<SpanSender> sender_;
  std::optional<Journeys> journeys_;
};

}  // namespace spillway
