#include "scaler/record/replay.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "scaler/record/joined_windows.h"
#include "scaler/rehearsal/shadow.h"

namespace spillway {
namespace {

constexpr std::size_t kToldDeviations = 10;

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

  void WasAwayUntil(Time t) { shadow_.WasAwayUntil(t); }

  std::optional<Difference> Follow(const Repeated& repeated, const Observations& observations) {
    const DecisionRecord& was = repeated.record;
    const Deed recorded = DeedOf(was);
    const std::function<Market()> market = [&] { return repeated.stage.MarketNow(); };
    const PolicyWaiting waiting = WaitingOf(repeated, observations);
    const DecisionRecord record = shadow_.Follow({repeated.line.time,
                                                  repeated.stage.host_list,
                                                  was.decision.recommendations,
                                                  {},
                                                  repeated.stage.state,
                                                  observations,
                                                  waiting,
                                                  market,
                                                  was.acted ? recorded.taken : 0},
                                                 policies_);
    const Deed other = DeedOf(record);
    // Of another configuration nearly every wish is another; what is told is what comes of it.
    if (recorded.taken == other.taken && recorded.given_back == other.given_back) {
      return std::nullopt;
    }
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
  PolicyWaiting WaitingOf(const Repeated& repeated, const Observations& observations) const {
    PolicyWaiting waiting;
    for (const Policy* policy : policies_) {
      std::vector<WaitingList>& lists = waiting.emplace_back();
      for (const WaitingSpec& spec : policy->waiting()) {
        lists.push_back(spec.metric.empty() ? Recorded(repeated, spec)
                                            : GuestsOfMetric(observations, cluster_.spec.name, spec,
                                                             repeated.line.time));
      }
    }
    return waiting;
  }
  static WaitingList Recorded(const Repeated& repeated, const WaitingSpec& wanted) {
    for (std::size_t i = 0; i < repeated.line.waiting.size(); ++i) {
      const std::span<const WaitingSpec> specs = repeated.cluster.acting[i]->waiting();
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
};

// Compares each evaluation with what was recorded of it.
class Check final : public Audience {
 public:
  explicit Check(const ReplaySpan& span) : span_(span) {}

  void OnRepeated(const Repeated& repeated) override {
    const EvaluationLine& line = repeated.line;
    if (!span_.Has(line.time)) return;
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
  }

  ExactReplay replay;

 private:
  const ReplaySpan span_;
};

// Lets the clusters of another configuration follow.
class Comparison final : public Audience {
 public:
  Comparison(ReplaySetup& other, const ReplaySpan& span)
      : other_(other), span_(span), windows_(other.points_per_series) {}

  void OnSegment(Time begin, bool was_away) override {
    windows_.BeginSegment();
    if (!was_away) return;
    for (auto& [name, rival] : rivals_) rival.WasAwayUntil(begin);
  }
  void OnSeries(const RecordedSeries& series) override { windows_.Take(series); }
  void OnSamples(const RecordedSamples& samples) override { windows_.Take(samples.batch); }

  void OnRepeated(const Repeated& repeated) override {
    const auto cluster = other_.clusters.find(repeated.line.cluster);
    if (cluster == other_.clusters.end() || !span_.Has(repeated.line.time)) return;
    ++compared_.evaluations;
    Rival& rival = rivals_.try_emplace(cluster->first, cluster->second, repeated.cluster.objective)
                       .first->second;
    if (auto difference = rival.Follow(repeated, windows_.observations())) {
      compared_.differences.push_back(std::move(*difference));
    }
  }

  ComparedReplay Done() {
    for (const auto& [name, rival] : rivals_) compared_.scores.push_back(rival.score());
    return std::move(compared_);
  }

 private:
  ReplaySetup& other_;
  const ReplaySpan span_;
  JoinedWindows windows_;
  std::map<std::string, Rival> rivals_;  // by cluster
  ComparedReplay compared_;
};

}  // namespace

ExactReplay ReplayExactly(Recording& recording, const MakeSetup& make, const ReplaySpan& span) {
  Check check(span);
  Player player(make, check);
  player.Play(recording);
  check.replay.segments = player.segments();
  check.replay.samples = player.samples();
  return std::move(check.replay);
}

ComparedReplay ReplayWith(Recording& recording, const MakeSetup& make, ReplaySetup other,
                          const ReplaySpan& span) {
  Comparison comparison(other, span);
  Player(make, comparison).Play(recording);
  return comparison.Done();
}

}  // namespace spillway
