#include "scaler/app/outward.h"

#include "scaler/control/control_loop.h"

namespace spillway {
namespace {

constexpr int kThreads = 2;  // a lane

}  // namespace

Outward::Outward(const AppConfig& config, const Surroundings& around)
    : outbox_(around.store, around.journal, NamesOf(config.webhooks), around.random.Hex(8)) {
  if (config.webhooks.empty()) return;
  workers_.emplace(around.loop, kThreads);
  const Postbox postbox{around.loop,   *workers_,      around.http,
                        around.random, around.metrics, around.log};
  webhooks_.emplace(config.webhooks, postbox, outbox_);
}

void Outward::Attach(ControlLoop& control) {
  if (webhooks_) control.Watch(*this);
}

void Outward::OnDecision(const DecisionRecord& record) { webhooks_->Tell(EventOf(record)); }

void Outward::OnHost(const HostRecord* before, const HostRecord& after) {
  webhooks_->Tell(EventOf(before, after));
}

}  // namespace spillway
