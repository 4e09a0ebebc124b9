#include "scaler/control/control_loop.h"

#include <gtest/gtest.h>

#include "policies/target_tracking/target_tracking.h"
#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/simulated_workers.h"
#include "scaler/store/memory_store.h"
#include "tests/support/records.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using testing::At;

struct NobodyListens final : EventSink {
  void OnDecision(const DecisionRecord& /*record*/) override {}
  void OnHost(const HostRecord& /*host*/) override {}
};

// One cluster without providers, whose load one policy follows.
class ControlLoopTest : public ::testing::Test {
 protected:
  static std::vector<PolicyList> FollowLoad() {
    TargetTrackingConfig config;
    config.signal.name = config.signal.metric = "load";
    config.signal.function = WindowFunction::kLast;
    config.kind = Measure::kLoad;
    config.target = 100;
    std::vector<PolicyList> policies(1);
    policies[0].push_back(std::make_unique<TargetTrackingPolicy>("load", config));
    return policies;
  }

  static ClusterSpec WithoutStabilisation() {
    ClusterSpec cluster = testing::AnEdgeCluster();
    cluster.limits.stabilisation = {0s, 0s};
    return cluster;
  }

  void Load(double value) {
    SampleBatch batch;
    if (!announced_) batch.announced.push_back({0, {"edge", "load", {}}});
    announced_ = true;
    batch.samples.push_back({0, value, loop_.Now()});
    control_.OnSamples(batch);
  }
  ClusterState Stored() { return store_.Clusters().at(0); }

  SimulatedLoop loop_{At(0s)};
  SimulatedWorkers workers_{loop_, 1, 1ms, 1ms};
  MemoryStore store_{"test"};
  Log log_{LogLevel::kOff};
  Metrics metrics_;
  Random random_{1};
  Journal journal_{loop_, store_, log_};
  const ProviderSet providers_{};
  const RegistrarSet registrars_{};
  const std::vector<ClusterSpec> clusters_{WithoutStabilisation()};
  NobodyListens nobody_;
  ControlLoop control_{{loop_,
                        workers_,
                        journal_,
                        log_,
                        metrics_,
                        random_,
                        providers_,
                        registrars_,
                        clusters_,
                        "test",
                        {}},
                       store_,
                       FollowLoad(),
                       {},
                       nobody_};
  bool announced_ = false;
};

// The loads that differ by a thousandth want the same: parts of a vCPU or MiB are rounded up.

TEST_F(ControlLoopTest, StoresAtOnceWhatIsDecidedAndSignalsAloneAtTheInterval) {
  control_.Start();
  Load(100.001);
  loop_.RunFor(1s);
  EXPECT_EQ(Stored().signals_at, At(0s));
  Load(100.002);
  loop_.RunFor(1s);
  EXPECT_EQ(Stored().signals_at, At(0s));
  Load(200.001);
  loop_.RunFor(1s);
  EXPECT_EQ(Stored().signals_at, At(2s));
  EXPECT_EQ(Stored().wanted, (testing::kHostSize * 2 + Capacity{1, 1}));
  for (int second = 0; second < 10; ++second) {
    Load(second % 2 == 0 ? 200.001 : 200.002);
    loop_.RunFor(1s);
  }
  EXPECT_EQ(Stored().signals_at, At(12s));
}

TEST_F(ControlLoopTest, DeletesWhatIsOldALittleAtATimeUntilNothingIsLeft) {
  constexpr int kOld = 1000;
  constexpr Duration kAge = 24h * 365;
  Changes changes;
  for (int i = 0; i < kOld; ++i) {
    changes.decisions.push_back(testing::ADecision("old-" + std::to_string(i), At(i * 1s - kAge)));
  }
  store_.Commit(changes);
  const auto old_ones = [this] {
    return store_.Decisions({.before = At(0s), .limit = kOld}).size();
  };
  control_.Start();
  EXPECT_GT(old_ones(), kOld / 2u) << "the loop was held up for all of them";
  EXPECT_LT(old_ones(), kOld);
  Load(100.001);
  loop_.RunFor(0s);
  EXPECT_TRUE(control_.is_ready()) << "a decision waited";
  EXPECT_GT(old_ones(), kOld / 2u);
  loop_.RunFor(10s);
  EXPECT_EQ(old_ones(), 0u);
}

TEST_F(ControlLoopTest, EvaluatesAClusterWithoutSamplesAtTheIntervalAfterTheLastEvaluation) {
  control_.Start();
  Load(100.001);
  loop_.RunUntil(At(4s));
  Load(100.002);
  loop_.RunUntil(At(13s));
  EXPECT_EQ(Stored().signals_at, At(0s));
  loop_.RunUntil(At(15s));
  EXPECT_EQ(Stored().signals_at, At(14s));
}

// Learns how often it was asked; knows only memories of its own hand.
class CountingPolicy final : public Policy {
 public:
  explicit CountingPolicy(std::string hand) : Policy("counts"), hand_(std::move(hand)) {}

  std::span<const SignalSpec> signals() const override { return {}; }
  Recommendation Evaluate(const PolicyInput& /*input*/) override {
    ++asked_;
    return {};
  }
  std::string Memory() const override { return hand_ + std::to_string(asked_); }
  bool Recall(std::string_view memory) override {
    if (!memory.starts_with(hand_)) return false;
    asked_ = std::stoi(std::string(memory.substr(hand_.size())));
    return true;
  }

 private:
  const std::string hand_;
  int asked_ = 0;
};

class RememberingTest : public ControlLoopTest {
 protected:
  // A service's life with one such policy; returns what is stored after it.
  std::vector<PolicyMemory> Live(const std::string& hand, Duration lifetime) {
    SimulatedLoop loop(At(0s));
    SimulatedWorkers workers(loop, 1, 1ms, 1ms);
    Journal journal(loop, store_, log_);
    std::vector<PolicyList> policies(1);
    policies[0].push_back(std::make_unique<CountingPolicy>(hand));
    ControlLoop control({loop,
                         workers,
                         journal,
                         log_,
                         metrics_,
                         random_,
                         providers_,
                         registrars_,
                         clusters_,
                         "test",
                         {}},
                        store_, std::move(policies), {}, nobody_);
    control.Start();
    control.OnSamples({{}, {{0, {"edge", "load", {}}}}, {{0, 1.0, At(0s)}}});
    loop.RunFor(lifetime);
    return store_.Memories();
  }
};

TEST_F(RememberingTest, StoresWhatPoliciesHaveLearnedAtTheIntervalAndGivesItBack) {
  EXPECT_TRUE(Live("a", 4min).empty());
  const auto first = Live("a", 5min + 1s);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].cluster, clusters_[0].name);
  EXPECT_EQ(first[0].policy, "counts");
  const int asked = std::stoi(first[0].bytes.substr(1));
  EXPECT_GT(asked, 0);
  const auto second = Live("a", 5min + 1s);
  EXPECT_EQ(std::stoi(second[0].bytes.substr(1)), 2 * asked);
}

TEST_F(RememberingTest, LetsAPolicyBeginAnewThatDoesNotKnowTheMemory) {
  const auto first = Live("a", 5min + 1s);
  const auto second = Live("b", 5min + 1s);
  EXPECT_EQ(second[0].bytes, "b" + first[0].bytes.substr(1));
}

// Has news at every third look; abstains.
class NewsyPolicy final : public Policy {
 public:
  explicit NewsyPolicy(int& looks) : Policy("newsy"), looks_(looks) {}

  std::span<const SignalSpec> signals() const override { return {}; }
  Recommendation Evaluate(const PolicyInput& /*input*/) override { return {}; }
  std::vector<PolicyNews> Refresh() override {
    if (++looks_ % 3 != 0) return {};
    return {{true, "script_broken", "for a test"}};
  }

 private:
  int& looks_;
};

class RefreshingTest : public ControlLoopTest {
 protected:
  // How often the policy was looked at within `lifetime`, and the cluster evaluated.
  std::pair<int, double> Live(Duration refresh_every, Duration lifetime) {
    SimulatedLoop loop(At(0s));
    SimulatedWorkers workers(loop, 1, 1ms, 1ms);
    Journal journal(loop, store_, log_);
    Metrics metrics;
    int looks = 0;
    std::vector<PolicyList> policies(1);
    policies[0].push_back(std::make_unique<NewsyPolicy>(looks));
    ControlConfig config;
    config.refresh_policies_every = refresh_every;
    config.evaluate_at_least_every = 1h;
    ControlLoop control({loop,
                         workers,
                         journal,
                         log_,
                         metrics,
                         random_,
                         providers_,
                         registrars_,
                         clusters_,
                         "test",
                         {}},
                        store_, std::move(policies), config, nobody_);
    control.Start();
    control.EvaluateSoon("edge");
    control.EvaluateSoon("nobody");
    loop.RunFor(lifetime);
    const std::string text = metrics.Expose();
    const std::string name = "\nspillway_control_evaluations_total ";
    return {looks, std::stod(text.substr(text.find(name) + name.size()))};
  }
};

TEST_F(RefreshingTest, LooksAtPoliciesAtTheIntervalAndEvaluatesWhenThereIsNews) {
  EXPECT_EQ(Live(5s, 29s), std::pair(6, 3.0));
}

TEST_F(RefreshingTest, LooksOnceWhenTheIntervalIsZero) {
  EXPECT_EQ(Live(0s, 29s), std::pair(1, 1.0));
}

}  // namespace
}  // namespace spillway
