#include "scaler/app/outward.h"

#include <utility>

#include "scaler/control/control_loop.h"

namespace spillway {
namespace {

constexpr int kThreads = 2;  // a lane: events use the one, spans the other

}  // namespace

Outward::Outward(const AppConfig& config, const Surroundings& around)
    : outbox_(around.store, around.journal, NamesOf(config.webhooks), around.random.Hex(8)) {
  if (config.webhooks.empty() && !config.traces) return;
  workers_.emplace(around.loop, kThreads);
  const Postbox postbox{around.loop,   *workers_,      around.http,
                        around.random, around.metrics, around.log};
  if (!config.webhooks.empty()) webhooks_.emplace(config.webhooks, postbox, outbox_);
  if (!config.traces) return;
  const std::string deployment = around.store.DeploymentId();
  sender_.emplace(*config.traces, TraceSource{config.name, deployment}, postbox);
  journeys_.emplace(deployment, config.traces->share,
                    [this](Span span) { sender_->Add(std::move(span)); });
}

void Outward::Attach(ControlLoop& control) {
  if (webhooks_) control.Watch(*this);
  if (journeys_) control.Watch(*journeys_);
}

void Outward::OnDecision(const DecisionRecord& record) { webhooks_->Tell(EventOf(record)); }

void Outward::OnHost(const HostRecord* before, const HostRecord& after) {
  webhooks_->Tell(EventOf(before, after));
}

}  // namespace spillway
