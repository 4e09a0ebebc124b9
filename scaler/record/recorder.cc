#include "scaler/record/recorder.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "scaler/record/lines.h"

namespace spillway {

Recorder::Recorder(Segments& segments, std::string configuration)
    : segments_(segments), configuration_(std::move(configuration)) {}

void Recorder::Begin(const ControlLoop& control, Time now) {
  control_ = &control;
  BeginSegment(now);
}

void Recorder::Reconfigure(std::string configuration, Time now) {
  configuration_ = std::move(configuration);
  BeginSegment(now);
}

void Recorder::BeginSegment(Time now) {
  known_.clear();
  segments_.Begin(now);
  std::string lines = BeginLine(now, configuration_);
  AppendWindows(now, lines);
  AppendPolicies(lines);
  segments_.Append(std::move(lines));
}

// Every series, because later samples carry its number; of its points those that somebody's window
// still reaches, and the newest, which says how old it is.
void Recorder::AppendWindows(Time now, std::string& lines) const {
  std::map<std::pair<std::string, std::string>, Duration> reach;  // by cluster and metric
  control_->ForEachCluster(
      [&](const ClusterSpec& cluster, const PolicyList& acting, const PolicyList& shadows) {
        for (const PolicyList* policies : {&acting, &shadows}) {
          for (const auto& policy : *policies) {
            for (const SignalSpec& spec : policy->signals()) {
              Duration& longest = reach[{cluster.name, spec.metric}];
              longest = std::max(longest, spec.window);
            }
          }
        }
      });
  control_->observations().ForEachSeries(
      [&](SeriesId id, const SeriesKey& key, const Series& series) {
        const auto found = reach.find({key.cluster, key.metric});
        lines +=
            SeriesLine(id, key, series, now - (found == reach.end() ? Duration(0) : found->second));
      });
}

void Recorder::AppendPolicies(std::string& lines) const {
  control_->ForEachCluster(
      [&](const ClusterSpec& spec, const PolicyList& acting, const PolicyList& shadows) {
        const std::string& cluster = spec.name;
        lines += RolesLine(cluster, acting);
        for (const PolicyList* policies : {&acting, &shadows}) {
          for (const auto& policy : *policies) {
            const std::string memory = policy->Memory();
            if (!memory.empty()) lines += MemoryLine(cluster, policy->name(), memory);
          }
        }
      });
}

// The windows have not taken the batch yet: a new segment may begin before it.
void Recorder::OnSamples(const SampleBatch& batch, Time now) {
  if (segments_.IsDue(now)) BeginSegment(now);
  segments_.Append(SamplesLine(batch, now));
}

RecordedMarket Recorder::NewsOf(const Market& market, Known& known) {
  RecordedMarket recorded{std::nullopt, market.backoffs, market.quota_room, market.stock_room,
                          market.round_trips};
  if (!std::equal(market.offers.begin(), market.offers.end(), known.offers.begin(),
                  known.offers.end())) {
    known.offers.assign(market.offers.begin(), market.offers.end());
    recorded.offers = known.offers;
  }
  return recorded;
}

// The policies have learned from this evaluation: a new segment may begin after it.
void Recorder::OnEvaluation(const SeenEvaluation& seen) {
  Known& known = known_[seen.cluster.name];
  EvaluationLine line{seen.now, seen.cluster.name, {}, {}, {}, {}, seen.waiting, seen.is_news, ""};
  std::set<std::string> there;
  for (const HostRecord& host : seen.hosts) {
    there.insert(host.id);
    const auto [before, is_new] = known.hosts.try_emplace(host.id, host);
    if (!is_new && before->second == host) continue;
    before->second = host;
    line.hosts.push_back(host);
  }
  std::erase_if(known.hosts, [&](const auto& entry) {
    if (there.contains(entry.first)) return false;
    line.gone.push_back(entry.first);
    return true;
  });
  if (known.state != seen.before) line.state = seen.before;
  // Once at least in each segment, for a replay that would have bought where this did not.
  const bool is_unknown = known.offers.empty();
  if (seen.asked || is_unknown)
    line.market = NewsOf(seen.asked ? *seen.asked : seen.market(), known);
  known.state = seen.evaluation.state;
  DecisionRecord record = seen.evaluation.record;
  if (seen.is_news) {
    ++known.state->decisions;
    record.decision.id = seen.cluster.name + "-" + std::to_string(known.state->decisions);
  }
  line.decision = DecisionText(record);
  if (!seen.is_news) line.decision = DigestOf(line.decision);
  segments_.Append(TextOf(line));
  if (segments_.IsDue(seen.now)) BeginSegment(seen.now);
}

// What the policies have learned up to now belongs to the next segment.
void Recorder::OnRoles(const PolicyRoles& /*roles*/, Time now) {
  if (control_ != nullptr) BeginSegment(now);
}

}  // namespace spillway
