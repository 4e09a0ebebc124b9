// Runs every file of this folder through windows, policies, decision and plan.

#include "tests/scenarios/scenario.h"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "scaler/control/evaluation.h"
#include "scaler/observe/observations.h"
#include "tests/support/paths.h"
#include "tests/support/time.h"

namespace spillway::testing {
namespace {

std::vector<std::string> ScenarioNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath("tests/scenarios"))) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() == ".yaml" && path.stem() != "base") names.push_back(path.stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The service without its loop, its store and the world.
class ScenarioRun {
 public:
  explicit ScenarioRun(const Scenario& scenario)
      : scenario_(scenario), hosts_(scenario.hosts), next_(scenario.samples.begin()) {
    state_.cluster = scenario.cluster.spec.name;
  }

  DecisionRecord Step(Time now) {
    TakeSamples(now);
    const ParsedCluster& cluster = scenario_.cluster;
    const PolicySignals signals =
        ObserveSignals(cluster.policies, cluster.spec.name, observations_, now);
    Evaluation evaluation =
        Evaluate({now, cluster.spec, state_, cluster.policies, signals, hosts_, [this] {
                    return Market{scenario_.offers, scenario_.backoffs, {}, StockRoom(), {}};
                  }});
    state_ = evaluation.state;
    CarryOut(evaluation.record.plan, now);
    return evaluation.record;
  }

 private:
  void TakeSamples(Time now) {
    SampleBatch batch;
    for (; next_ != scenario_.samples.end() && next_->time <= now; ++next_) {
      const SeriesKey key{scenario_.cluster.spec.name, next_->metric, next_->labels};
      auto known = std::find(series_.begin(), series_.end(), key);
      const auto id = static_cast<SeriesId>(known - series_.begin());
      if (known == series_.end()) {
        series_.push_back(key);
        batch.announced.push_back({id, key});
      }
      batch.samples.push_back({id, next_->value, next_->time});
    }
    observations_.Take(batch, [](std::string_view) {});
  }

  std::map<std::string, std::int64_t> StockRoom() const {
    std::map<std::string, std::int64_t> room;
    for (const Offer& offer : scenario_.offers) {
      if (offer.stock) room[offer.id] = *offer.stock;
    }
    for (const HostRecord& host : hosts_) {
      const auto of_offer = room.find(host.offer);
      if (of_offer != room.end()) --of_offer->second;
    }
    return room;
  }

  // A world without waiting: what was taken is ready at once, what was given back is gone.
  void CarryOut(const Plan& plan, Time now) {
    for (const GiveBack& back : plan.give_back) {
      std::erase_if(hosts_, [&](const HostRecord& host) { return host.id == back.host; });
    }
    for (HostRecord& host : hosts_) {
      if (std::count(plan.reclaim.begin(), plan.reclaim.end(), host.id) == 0) continue;
      host.state = HostState::kReady;
      host.goal = HostGoal::kServe;
    }
    for (const Take& take : plan.take) {
      for (std::int64_t i = 0; i < take.count; ++i) {
        const std::string id = fmt::format("{}-new-{}", take.pool, ++made_);
        hosts_.push_back(HostOf(take.offer, id, take.pool, now, Duration(0)));
        hosts_.back().cluster = scenario_.cluster.spec.name;
      }
    }
  }

  const Scenario& scenario_;
  Observations observations_{1024};
  ClusterState state_;
  std::vector<HostRecord> hosts_;
  std::vector<ScenarioSample>::const_iterator next_;
  std::vector<SeriesKey> series_;
  int made_ = 0;
};

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

// Everything that was said, for the message of a failure.
std::string Told(const DecisionRecord& record) {
  std::string text;
  const auto add = [&](const std::string& subject, const Reason& reason) {
    text += "\n  " + subject + " [" + reason.code + "] " + reason.text;
  };
  for (const Recommendation& r : record.decision.recommendations) add(r.policy, r.reason);
  for (const Reason& reason : record.decision.reasons) add("decision", reason);
  for (const Reason& reason : record.plan.reasons) add("plan", reason);
  for (const Considered& c : record.plan.offers) add(c.pool + ": " + c.subject, c.reason);
  for (const Considered& c : record.plan.hosts) add(c.pool + ": " + c.subject, c.reason);
  return text;
}

void Check(const Expectation& expect, const DecisionRecord& record, const Capacity& host_size) {
  const Plan& plan = record.plan;
  EXPECT_EQ(Name(record.decision.verdict), expect.verdict);
  if (expect.wanted_hosts) {
    EXPECT_EQ(HostsFor(record.decision.wanted, host_size), *expect.wanted_hosts);
  }
  std::vector<std::string> take;
  for (const Take& t : plan.take) take.push_back(fmt::format("{} x {}", t.count, t.offer.id));
  EXPECT_THAT(take, ::testing::UnorderedElementsAreArray(expect.take));
  std::vector<std::string> give_back;
  for (const GiveBack& g : plan.give_back) give_back.push_back(g.host);
  EXPECT_THAT(give_back, ::testing::UnorderedElementsAreArray(expect.give_back));
  EXPECT_THAT(plan.reclaim, ::testing::UnorderedElementsAreArray(expect.reclaim));
  if (expect.shortfall_hosts) {
    EXPECT_EQ(HostsFor(plan.shortfall, host_size), *expect.shortfall_hosts);
  }
  EXPECT_THAT(CodesOf(record), ::testing::IsSupersetOf(expect.reasons));
  std::map<std::string, std::string> considered;
  for (const auto* list : {&plan.offers, &plan.hosts}) {
    for (const Considered& c : *list) considered[c.subject] = c.reason.code;
  }
  for (const auto& [subject, code] : expect.considered) EXPECT_EQ(considered[subject], code);
}

class Scenarios : public ::testing::TestWithParam<std::string> {};

TEST_P(Scenarios, ComeOutAsWritten) {
  const Scenario scenario = ReadScenario(SourcePath("tests/scenarios/") + GetParam() + ".yaml");
  ScenarioRun run(scenario);
  for (const ScenarioStep& step : scenario.steps) {
    const DecisionRecord record = run.Step(step.at);
    SCOPED_TRACE(fmt::format("at {} s:{}", Seconds(step.at - At(0s)), Told(record)));
    Check(step.expect, record, scenario.cluster.spec.host_size);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Scenarios, ::testing::ValuesIn(ScenarioNames()),
                         [](const auto& file) { return file.param; });

}  // namespace
}  // namespace spillway::testing
