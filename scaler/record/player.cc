#include "scaler/record/player.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace spillway {
namespace {

// Puts the policies of these names first in `acting`, in this order; the others are shadows.
void TakeRoles(ReplayCluster& cluster, const std::vector<std::string>& names) {
  PolicyList all = std::move(cluster.acting);
  std::move(cluster.shadows.begin(), cluster.shadows.end(), std::back_inserter(all));
  cluster.acting.clear();
  cluster.shadows.clear();
  for (const std::string& name : names) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& policy) {
      return policy != nullptr && policy->name() == name;
    });
    if (found == all.end()) {
      throw RecordError("recording: its configuration has no policy " + name);
    }
    cluster.acting.push_back(std::move(*found));
  }
  for (auto& policy : all) {
    if (policy != nullptr) cluster.shadows.push_back(std::move(policy));
  }
}

}  // namespace

Market Stage::MarketNow() const {
  return {offers, market.backoffs, market.quota_room, market.stock_room, market.round_trips};
}

void Stage::Take(const EvaluationLine& line) {
  for (const std::string& id : line.gone) hosts.erase(id);
  for (const HostRecord& host : line.hosts) hosts[host.id] = host;
  if (!line.gone.empty() || !line.hosts.empty()) {
    host_list.clear();
    for (const auto& [id, host] : hosts) host_list.push_back(host);
  }
  if (line.state) state = *line.state;
  if (!line.market) return;
  market = *line.market;
  if (market.offers) offers = std::move(*market.offers);
}

void Player::Play(Recording& recording) {
  while (const std::optional<RecordedLine> line = recording.Next()) {
    std::visit([this](const auto& one) { On(one); }, *line);
  }
}

void Player::On(const SegmentStart& start) {
  // Each cluster leaves a line at least so often.
  const bool was_away = last_ && start.time - *last_ > 2 * setup_.evaluate_at_least_every;
  ++segments_;
  setup_ = make_(start.configuration);
  observations_.emplace(setup_.points_per_series);
  stages_.clear();
  last_ = start.time;
  audience_.OnSegment(start.time, was_away);
}

void Player::On(const RecordedSeries& series) {
  SampleBatch batch;
  batch.announced.push_back({series.id, series.key});
  for (const Point& point : series.points) {
    batch.samples.push_back({series.id, point.value, point.time});
  }
  Observed().Take(batch, [](std::string_view) {});
  audience_.OnSeries(series);
}

void Player::On(const PolicyMemory& memory) {
  ReplayCluster& cluster = ClusterOf(memory.cluster);
  for (PolicyList* policies : {&cluster.acting, &cluster.shadows}) {
    for (auto& policy : *policies) {
      if (policy->name() != memory.policy || policy->Recall(memory.bytes)) continue;
      throw RecordError("recording: the policy " + memory.policy +
                        " does not take what it had learned");
    }
  }
}

void Player::On(const RecordedRoles& roles) { TakeRoles(ClusterOf(roles.cluster), roles.acting); }

void Player::On(const RecordedSamples& samples) {
  samples_ += std::ssize(samples.batch.samples);
  Observed().Take(samples.batch, [](std::string_view) {});
  last_ = samples.time;
  audience_.OnSamples(samples);
}

void Player::On(const EvaluationLine& line) {
  const ReplayCluster& cluster = ClusterOf(line.cluster);
  Stage& stage = stages_[line.cluster];
  stage.Take(line);
  const PolicySignals signals = ObserveSignals(cluster.acting, line.cluster, Observed(), line.time);
  Evaluation evaluation =
      Evaluate({line.time, cluster.spec, stage.state, cluster.acting, signals, stage.host_list,
                [&] { return stage.MarketNow(); }, line.waiting});
  if (line.is_news) {
    ++evaluation.state.decisions;
    evaluation.record.decision.id = line.cluster + "-" + std::to_string(evaluation.state.decisions);
  }
  last_ = line.time;
  audience_.OnRepeated({line, cluster, stage, Observed(), std::move(evaluation.record)});
  stage.state = std::move(evaluation.state);
}

Observations& Player::Observed() {
  if (!observations_) throw RecordError("recording: it does not begin with the line begin");
  return *observations_;
}

ReplayCluster& Player::ClusterOf(const std::string& name) {
  const auto found = setup_.clusters.find(name);
  if (found == setup_.clusters.end()) {
    throw RecordError("recording: its configuration has no cluster " + name);
  }
  return found->second;
}

}  // namespace spillway
