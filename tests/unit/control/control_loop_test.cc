#include "scaler/control/control_loop.h"

#include <gtest/gtest.h>

#include "tests/support/driven_service.h"
#include "tests/support/records.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using testing::At;

std::vector<PolicyList> One(std::unique_ptr<Policy> policy) {
  std::vector<PolicyList> policies(1);
  policies[0].push_back(std::move(policy));
  return policies;
}

// One cluster without providers, whose load one policy follows.
class ControlLoopTest : public ::testing::Test, protected testing::DrivenService {
 protected:
  ControlLoopTest() : DrivenService({WithoutStabilisation()}) {}

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

  ControlLoop control_{Context(), store_, One(testing::FollowLoad()), {}, nobody_};
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

// A life of the service with one policy, which ends with it.
class Life : testing::DrivenService {
 public:
  Life(MemoryStore& store, std::unique_ptr<Policy> policy, ControlConfig config = {})
      : DrivenService({testing::AnEdgeCluster()}, store),
        control_(Context(), store_, One(std::move(policy)), config, nobody_) {
    control_.Start();
    control_.EvaluateSoon("edge");
    control_.EvaluateSoon("nobody");
  }
  void Go(Duration lifetime) { loop_.RunFor(lifetime); }
  double evaluations() {
    const std::string text = metrics_.Expose();
    const std::string name = "\nspillway_control_evaluations_total ";
    return std::stod(text.substr(text.find(name) + name.size()));
  }

 private:
  ControlLoop control_;
};

class RememberingTest : public ::testing::Test {
 protected:
  // What is stored after such a policy's life.
  std::vector<PolicyMemory> Live(const std::string& hand, Duration lifetime) {
    Life(store_, std::make_unique<CountingPolicy>(hand)).Go(lifetime);
    return store_.Memories();
  }

  MemoryStore store_{"test"};
};

TEST_F(RememberingTest, StoresWhatPoliciesHaveLearnedAtTheIntervalAndGivesItBack) {
  EXPECT_TRUE(Live("a", 4min).empty());
  const auto first = Live("a", 5min + 1s);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].cluster, "edge");
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

// How often such a policy was looked at within `lifetime`, and the cluster evaluated.
std::pair<int, double> LooksAndEvaluations(Duration refresh_every, Duration lifetime) {
  MemoryStore store("test");
  ControlConfig config;
  config.refresh_policies_every = refresh_every;
  config.evaluate_at_least_every = 1h;
  int looks = 0;
  Life life(store, std::make_unique<NewsyPolicy>(looks), config);
  life.Go(lifetime);
  return {looks, life.evaluations()};
}

TEST(RefreshingPolicies, LooksAtPoliciesAtTheIntervalAndEvaluatesWhenThereIsNews) {
  EXPECT_EQ(LooksAndEvaluations(5s, 29s), std::pair(6, 3.0));
}

TEST(RefreshingPolicies, LooksOnceWhenTheIntervalIsZero) {
  EXPECT_EQ(LooksAndEvaluations(0s, 29s), std::pair(1, 1.0));
}

}  // namespace
}  // namespace spillway
