#include "scaler/rehearsal/scenario.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "scaler/model/names.h"
#include "scaler/observe/observations.h"
#include "scaler/rehearsal/cluster_rehearsal.h"

namespace spillway {
namespace {

using Words = std::vector<std::string>;

std::string Listed(Words words) {
  std::sort(words.begin(), words.end());
  return words.empty() ? "nothing" : fmt::format("{}", fmt::join(words, ", "));
}

void AddCodes(const std::vector<Reason>& reasons, std::set<std::string>& codes) {
  for (const Reason& reason : reasons) codes.insert(reason.code);
}

std::set<std::string> CodesOf(const DecisionRecord& record) {
  std::set<std::string> codes;
  for (const Recommendation& r : record.decision.recommendations) codes.insert(r.reason.code);
  AddCodes(record.decision.reasons, codes);
  AddCodes(record.plan.reasons, codes);
  return codes;
}

// Collects what differs.
class Comparison {
 public:
  void Word(const std::string& what, const std::string& expected, std::string_view got) {
    if (!expected.empty() && expected != got) Differs(what, expected, std::string(got));
  }
  template <class T>
  void Value(const std::string& what, const std::optional<T>& expected, T got) {
    if (expected && *expected != got) {
      Differs(what, fmt::format("{}", *expected), fmt::format("{}", got));
    }
  }
  void List(const std::string& what, const Words& expected, const Words& got) {
    const std::string wanted = Listed(expected);
    const std::string there = Listed(got);
    if (wanted != there) Differs(what, wanted, there);
  }
  void Differs(std::string what, std::string expected, std::string got) {
    mismatches_.push_back({std::move(what), std::move(expected), std::move(got)});
  }
  std::vector<Mismatch> Take() { return std::move(mismatches_); }

 private:
  std::vector<Mismatch> mismatches_;
};

void ComparePlan(const Expectation& expect, const Plan& plan, Comparison& compare) {
  Words take;
  for (const Take& t : plan.take) take.push_back(fmt::format("{} x {}", t.count, t.offer.id));
  Words give_back;
  for (const GiveBack& g : plan.give_back) give_back.push_back(g.host);
  compare.List("take", expect.take, take);
  compare.List("give_back", expect.give_back, give_back);
  compare.List("reclaim", expect.reclaim, plan.reclaim);
}

void CompareRecommendation(const std::string& policy, const ExpectedRecommendation& expect,
                           const DecisionRecord& record, const Capacity& host_size,
                           Comparison& compare) {
  const std::string what = "recommendations." + policy;
  const auto& all = record.decision.recommendations;
  const auto said = std::find_if(all.begin(), all.end(),
                                 [&](const Recommendation& r) { return r.policy == policy; });
  if (said == all.end()) return compare.Differs(what, "a recommendation", "no such policy");
  compare.Word(what + ".kind", expect.kind, Name(said->kind));
  compare.Value(what + ".hosts", expect.hosts, HostsFor(said->wanted, host_size));
  compare.Value(what + ".may_shrink", expect.may_shrink, said->may_shrink);
  compare.Word(what + ".reason", expect.reason, said->reason.code);
}

void CompareReasons(const Expectation& expect, const DecisionRecord& record, Comparison& compare) {
  const std::set<std::string> codes = CodesOf(record);
  for (const std::string& code : expect.reasons) {
    if (!codes.contains(code)) {
      compare.Differs("reasons", code, Listed({codes.begin(), codes.end()}));
    }
  }
  std::map<std::string, std::string> considered;
  for (const auto* list : {&record.plan.offers, &record.plan.hosts}) {
    for (const Considered& c : *list) considered[c.subject] = c.reason.code;
  }
  for (const auto& [subject, code] : expect.considered) {
    const auto found = considered.find(subject);
    compare.Word("considered." + subject, code,
                 found == considered.end() ? "not looked at" : found->second);
  }
}

// Samples by time, with the ids that windows know series by.
class SampleFeed {
 public:
  explicit SampleFeed(const Scenario& scenario)
      : scenario_(scenario), next_(scenario.samples.begin()) {}

  void FeedUntil(Time now, Observations& observations) {
    SampleBatch batch;
    for (; next_ != scenario_.samples.end() && next_->time <= now; ++next_) {
      batch.samples.push_back({IdOf(*next_, batch), next_->value, next_->time});
    }
    observations.Take(batch, [](std::string_view) {});
  }

 private:
  SeriesId IdOf(const ScenarioSample& sample, SampleBatch& batch) {
    const SeriesKey key{scenario_.cluster.name, sample.metric, sample.labels};
    const auto known = std::find(series_.begin(), series_.end(), key);
    const auto id = static_cast<SeriesId>(known - series_.begin());
    if (known == series_.end()) {
      series_.push_back(key);
      batch.announced.push_back({id, key});
    }
    return id;
  }

  const Scenario& scenario_;
  std::vector<ScenarioSample>::const_iterator next_;
  std::vector<SeriesKey> series_;
};

constexpr std::size_t kPointsPerSeries = 4096;

}  // namespace

std::vector<Mismatch> Compare(const Expectation& expect, const DecisionRecord& record,
                              const Capacity& host_size) {
  Comparison compare;
  compare.Word("verdict", expect.verdict, Name(record.decision.verdict));
  for (const auto& [policy, expected] : expect.recommendations) {
    CompareRecommendation(policy, expected, record, host_size, compare);
  }
  compare.Value("wanted_hosts", expect.wanted_hosts, HostsFor(record.decision.wanted, host_size));
  compare.Value("ready_hosts", expect.ready_hosts, HostsFor(record.decision.ready, host_size));
  const bool has_plan = !expect.verdict.empty() || !expect.take.empty() ||
                        !expect.give_back.empty() || !expect.reclaim.empty();
  if (has_plan) ComparePlan(expect, record.plan, compare);
  compare.Value("shortfall_hosts", expect.shortfall_hosts,
                HostsFor(record.plan.shortfall, host_size));
  CompareReasons(expect, record, compare);
  return compare.Take();
}

std::vector<PlayedStep> Play(const Scenario& scenario) {
  Observations observations(kPointsPerSeries);
  SampleFeed feed(scenario);
  ClusterRehearsal rehearsal(scenario.cluster, scenario.pace);
  for (const HostRecord& host : scenario.hosts) rehearsal.fleet().Add(host);
  const auto evaluate = [&](Time now) {
    feed.FeedUntil(now, observations);
    rehearsal.fleet().Advance(now);
    return rehearsal.Step(
        now, scenario.policies,
        ObserveSignals(scenario.policies, scenario.cluster.name, observations, now),
        scenario.offers, scenario.backoffs);
  };

  std::vector<PlayedStep> played;
  Time next = scenario.start;
  for (const ScenarioStep& step : scenario.steps) {
    for (; scenario.evaluate_every && next < step.at; next += *scenario.evaluate_every) {
      evaluate(next);
    }
    if (next == step.at && scenario.evaluate_every) next += *scenario.evaluate_every;
    DecisionRecord record = evaluate(step.at);
    std::vector<Mismatch> mismatches = Compare(step.expect, record, scenario.cluster.host_size);
    played.push_back({step.at, std::move(record), std::move(mismatches)});
  }
  return played;
}

}  // namespace spillway
