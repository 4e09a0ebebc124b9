#include "scaler/app/live_events.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scaler/model/api_json.h"

namespace spillway {
namespace {

constexpr Duration kBeatEvery = std::chrono::seconds(15);
constexpr Duration kTouchEvery = std::chrono::seconds(1);

std::string Text(const nlohmann::json& body) {
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool SayTheSame(const Signal& a, const Signal& b) {
  return a.name == b.name && a.state == b.state && a.value == b.value;
}

// Whether somebody who looks at the cluster would see a difference. That its signals grew older is
// none.
bool HasMoved(const ClusterState& before, const ClusterState& after) {
  ClusterState comparable = after;
  comparable.signals = before.signals;
  comparable.signals_at = before.signals_at;
  return comparable != before ||
         !std::equal(before.signals.begin(), before.signals.end(), after.signals.begin(),
                     after.signals.end(), SayTheSame);
}

}  // namespace

LiveEvents::LiveEvents(EventLoop& loop, EventStream& stream) : loop_(loop), stream_(stream) {
  loop_.At(loop_.Now() + kBeatEvery, [this] { Beat(); });
}

void LiveEvents::Tell(const DecisionRecord& record) {
  stream_.Publish("decision", record.decision.cluster, Text(ApiJson(record)));
  Touch(record.decision.cluster);
}

void LiveEvents::Tell(const HostRecord& host) {
  stream_.Publish("host", host.cluster, Text(ApiJson(host)));
  Touch(host.cluster);
}

// On a later turn: what is touched is about to change.
void LiveEvents::Touch(const std::string& cluster) {
  Touched& touched = touched_[cluster];
  if (touched.is_waiting) return;
  touched.is_waiting = true;
  loop_.At(std::max(loop_.Now(), touched.last + kTouchEvery), [this, cluster, &touched] {
    touched = {loop_.Now(), false};
    stream_.Touch(cluster);
  });
}

void LiveEvents::OnEvaluation(const SeenEvaluation& seen) {
  if (seen.is_news || HasMoved(seen.before, seen.evaluation.state)) Touch(seen.cluster.name);
}

void LiveEvents::OnRoles(const PolicyRoles& roles, Time /*now*/) { Touch(roles.cluster); }

void LiveEvents::Beat() {
  stream_.Beat();
  loop_.At(loop_.Now() + kBeatEvery, [this] { Beat(); });
}

}  // namespace spillway
