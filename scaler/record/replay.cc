#include "scaler/record/replay.h"

#include <algorithm>
#include <utility>

#include "scaler/rehearsal/shadow.h"

namespace spillway {
namespace {

constexpr std::size_t kToldDeviations = 10;

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

// What is known of a cluster while its recording is read.
struct Stage {
  std::map<std::string, HostRecord> hosts;
  std::vector<HostRecord> host_list;  // the same, in the order of ids
  ClusterState state;
  std::vector<Offer> offers;
  RecordedMarket market;

  Market MarketNow() const {
    return {offers, market.backoffs, market.quota_room, market.stock_room, market.round_trips};
  }

  void Take(const EvaluationLine& line) {
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
};

// An evaluation that was run again.
struct Repeated {
  const EvaluationLine& line;
  const PolicyList& acting;
  const Stage& stage;  // before
  const Observations& observations;
  DecisionRecord record;
};

// Reads the recording and repeats its evaluations.
class Player {
 public:
  using OnRepeated = std::function<void(const Repeated&)>;

  Player(const MakeSetup& make, OnRepeated on_repeated)
      : make_(make), on_repeated_(std::move(on_repeated)) {}

  void Play(Recording& recording) {
    while (const std::optional<RecordedLine> line = recording.Next()) {
      std::visit([this](const auto& one) { On(one); }, *line);
    }
  }

  std::int64_t segments() const { return segments_; }
  std::int64_t samples() const { return samples_; }
  const ReplaySetup& setup() const { return setup_; }

 private:
  void On(const SegmentStart& start) {
    ++segments_;
    setup_ = make_(start.configuration);
    observations_.emplace(setup_.points_per_series);
    stages_.clear();
  }

  void On(const RecordedSeries& series) {
    SampleBatch batch;
    batch.announced.push_back({series.id, series.key});
    for (const Point& point : series.points) {
      batch.samples.push_back({series.id, point.value, point.time});
    }
    Observed().Take(batch, [](std::string_view) {});
  }

  void On(const PolicyMemory& memory) {
    ReplayCluster& cluster = ClusterOf(memory.cluster);
    for (PolicyList* policies : {&cluster.acting, &cluster.shadows}) {
      for (auto& policy : *policies) {
        if (policy->name() != memory.policy || policy->Recall(memory.bytes)) continue;
        throw RecordError("recording: the policy " + memory.policy +
                          " does not take what it had learned");
      }
    }
  }

  void On(const RecordedRoles& roles) { TakeRoles(ClusterOf(roles.cluster), roles.acting); }

  void On(const RecordedSamples& samples) {
    samples_ += std::ssize(samples.batch.samples);
    Observed().Take(samples.batch, [](std::string_view) {});
  }

  void On(const EvaluationLine& line) {
    ReplayCluster& cluster = ClusterOf(line.cluster);
    Stage& stage = stages_[line.cluster];
    stage.Take(line);
    const PolicySignals signals =
        ObserveSignals(cluster.acting, line.cluster, Observed(), line.time);
    Evaluation evaluation = Evaluate({line.time, cluster.spec, stage.state, cluster.acting, signals,
                                      stage.host_list, [&] { return stage.MarketNow(); }});
    if (line.is_news) {
      ++evaluation.state.decisions;
      evaluation.record.decision.id =
          line.cluster + "-" + std::to_string(evaluation.state.decisions);
    }
    on_repeated_({line, cluster.acting, stage, Observed(), std::move(evaluation.record)});
    stage.state = std::move(evaluation.state);
  }

  Observations& Observed() {
    if (!observations_) throw RecordError("recording: it does not begin with the line begin");
    return *observations_;
  }
  ReplayCluster& ClusterOf(const std::string& name) {
    const auto found = setup_.clusters.find(name);
    if (found == setup_.clusters.end()) {
      throw RecordError("recording: its configuration has no cluster " + name);
    }
    return found->second;
  }

  const MakeSetup& make_;
  const OnRepeated on_repeated_;
  ReplaySetup setup_;
  std::optional<Observations> observations_;
  std::map<std::string, Stage> stages_;
  std::int64_t segments_ = 0;
  std::int64_t samples_ = 0;
};

std::string WhyOf(const DecisionRecord& record) {
  std::string why;
  for (const Recommendation& r : record.decision.recommendations) {
    if (r.kind == RecommendationKind::kAbstain) continue;
    why += (why.empty() ? "" : "; ") + r.policy + ": " + r.reason.text;
  }
  return why;
}

Deed DeedOf(const DecisionRecord& record) {
  Deed deed{record.decision.verdict, record.decision.wanted, 0, std::ssize(record.plan.give_back)};
  for (const Take& take : record.plan.take) deed.taken += take.count;
  return deed;
}

// Another configuration's policies beside what was recorded.
class Rival {
 public:
  Rival(ReplayCluster& cluster, const std::optional<Objective>& recorded)
      : cluster_(cluster),
        shadow_(cluster.spec, cluster.objective ? cluster.objective : recorded, MeasuresOf(cluster),
                ScoreOf(cluster)) {
    for (auto& policy : cluster.acting) policies_.push_back(policy.get());
  }

  std::optional<Difference> Follow(const Repeated& repeated) {
    const DecisionRecord& was = repeated.record;
    const Deed recorded = DeedOf(was);
    const std::function<Market()> market = [&] { return repeated.stage.MarketNow(); };
    const PolicyWaiting waiting = WaitingOf(repeated);
    const DecisionRecord record = shadow_.Follow({repeated.line.time,
                                                  repeated.stage.host_list,
                                                  was.decision.recommendations,
                                                  {},
                                                  repeated.stage.state,
                                                  repeated.observations,
                                                  waiting,
                                                  market,
                                                  was.acted ? recorded.taken : 0},
                                                 policies_);
    const bool is_news = !last_ || IsNews(record, *last_);
    last_ = record;
    const Deed other = DeedOf(record);
    if ((!is_news && !repeated.line.is_news) || recorded == other) return std::nullopt;
    return Difference{repeated.line.time, cluster_.spec.name, recorded, other,
                      WhyOf(was),         WhyOf(record)};
  }

  const ShadowScore& score() const { return shadow_.score(); }

 private:
  static std::vector<std::vector<Measure>> MeasuresOf(const ReplayCluster& cluster) {
    std::vector<std::vector<Measure>> measures;
    for (const auto& policy : cluster.acting) measures.push_back(cluster.measures(policy->name()));
    return measures;
  }
  // The lists that were recorded, where they were asked for in the same way; those of a metric.
  PolicyWaiting WaitingOf(const Repeated& repeated) const {
    PolicyWaiting waiting;
    for (const Policy* policy : policies_) {
      std::vector<WaitingList>& lists = waiting.emplace_back();
      for (const WaitingSpec& spec : policy->waiting()) {
        lists.push_back(spec.metric.empty()
                            ? Recorded(repeated, spec)
                            : GuestsOfMetric(repeated.observations, cluster_.spec.name, spec,
                                             repeated.line.time));
      }
    }
    return waiting;
  }
  static WaitingList Recorded(const Repeated& repeated, const WaitingSpec& wanted) {
    for (std::size_t i = 0; i < repeated.line.waiting.size(); ++i) {
      const std::span<const WaitingSpec> specs = repeated.acting[i]->waiting();
      const auto found = std::find(specs.begin(), specs.end(), wanted);
      if (found != specs.end()) {
        return repeated.line.waiting[i][static_cast<std::size_t>(found - specs.begin())];
      }
    }
    return {};
  }
  static ShadowScore ScoreOf(const ReplayCluster& cluster) {
    ShadowScore score;
    score.cluster = cluster.spec.name;
    score.policy = "the other configuration";
    return score;
  }

  ReplayCluster& cluster_;
  Shadow shadow_;
  std::vector<Policy*> policies_;
  std::optional<DecisionRecord> last_;
};

}  // namespace

ExactReplay ReplayExactly(Recording& recording, const MakeSetup& make, const ReplaySpan& span) {
  ExactReplay replay;
  Player player(make, [&](const Repeated& repeated) {
    const EvaluationLine& line = repeated.line;
    if (!span.Has(line.time)) return;
    ++replay.evaluations;
    const std::string text = DecisionText(repeated.record);
    if (line.is_news) {
      ++replay.decisions;
      replay.texts.push_back(text);
    }
    if (line.decision == (line.is_news ? text : DigestOf(text))) return;
    ++replay.deviations;
    if (replay.first.size() == kToldDeviations) return;
    replay.first.push_back({line.time, line.cluster, line.decision, text});
  });
  player.Play(recording);
  replay.segments = player.segments();
  replay.samples = player.samples();
  return replay;
}

ComparedReplay ReplayWith(Recording& recording, const MakeSetup& make, ReplaySetup other,
                          const ReplaySpan& span) {
  ComparedReplay compared;
  std::map<std::string, Rival> rivals;
  const Player* reading = nullptr;
  Player player(make, [&](const Repeated& repeated) {
    const auto cluster = other.clusters.find(repeated.line.cluster);
    if (cluster == other.clusters.end() || !span.Has(repeated.line.time)) return;
    ++compared.evaluations;
    const auto recorded = reading->setup().clusters.find(repeated.line.cluster);
    auto rival = rivals.find(cluster->first);
    if (rival == rivals.end()) {
      rival = rivals.try_emplace(cluster->first, cluster->second, recorded->second.objective).first;
    }
    if (auto difference = rival->second.Follow(repeated)) {
      compared.differences.push_back(std::move(*difference));
    }
  });
  reading = &player;
  player.Play(recording);
  for (const auto& [name, rival] : rivals) compared.scores.push_back(rival.score());
  return compared;
}

}  // namespace spillway
