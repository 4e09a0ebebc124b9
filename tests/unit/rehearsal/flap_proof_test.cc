#include "scaler/rehearsal/flap_proof.h"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include "policies/manual/manual.h"
#include "policies/target_tracking/target_tracking.h"
#include "policies/threshold/threshold.h"
#include "scaler/rehearsal/plant.h"
#include "scaler/rehearsal/probe.h"
#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

SignalSpec Cpu() {
  SignalSpec spec;
  spec.name = spec.metric = "cpu";
  return spec;
}

// One host more from `grow` on, one less below `shrink`.
ThresholdConfig Steps(double grow, double shrink) {
  ThresholdConfig config;
  config.signal = Cpu();
  config.steps.resize(2);
  config.steps[0].from = grow;
  config.steps[0].change = kHostSize;
  config.steps[1].to = shrink;
  config.steps[1].change = Capacity{} - kHostSize;
  return config;
}

TargetTrackingConfig Tracking(Measure measure, double target) {
  TargetTrackingConfig config;
  config.signal = Cpu();
  config.kind = measure;
  config.target = target;
  return config;
}

template <class P, class Config>
FreshPolicies Fresh(const Config& config) {
  return [config] {
    std::vector<std::unique_ptr<Policy>> policies;
    policies.push_back(std::make_unique<P>("busy", config));
    return policies;
  };
}

ClusterSpec Between(std::int64_t least, std::int64_t most) {
  ClusterSpec cluster = AnEdgeCluster();
  cluster.limits.min_hosts = least;
  cluster.limits.max_hosts = most;
  return cluster;
}

TEST(Plant, SignalsAnswerToCapacityAsTheyMeasureIt) {
  EXPECT_DOUBLE_EQ(*SignalOf(Measure::kLoad, 100, 3, 0), 300);
  EXPECT_DOUBLE_EQ(*SignalOf(Measure::kUtilisation, 0.7, 3, 2), 1.05);
  EXPECT_EQ(SignalOf(Measure::kUtilisation, 0.7, 3, 0), std::nullopt);
  EXPECT_NEAR(*SignalOf(Measure::kLatency, 0.2, 3, 3), 0.2, 1e-12);
  EXPECT_NEAR(*SignalOf(Measure::kLatency, 0.2, 3, 6), 0.04 / 0.6, 1e-12);
  EXPECT_GT(*SignalOf(Measure::kLatency, 0.2, 9, 3), *SignalOf(Measure::kLatency, 0.2, 6, 3));
}

TEST(Plant, DemandIsFoundBackFromTheSignal) {
  for (const Measure measure : {Measure::kUtilisation, Measure::kLatency}) {
    for (const double demand : {0.4, 1.0, 1.1}) {
      const double value = *SignalOf(measure, 0.5, demand * 4, 4);
      EXPECT_NEAR(*DemandPerHost(measure, 0.5, value), demand, 1e-9);
    }
  }
  EXPECT_EQ(DemandPerHost(Measure::kLatency, 0.5, 0.05), std::nullopt) << "no queue is so fast";
}

TEST(Probe, FindsWhereAPolicyChangesItsMindAndWhatItMeasures) {
  ThresholdPolicy steps("t", Steps(0.7, 0.3));
  const ProbedSignal by_steps = Probe(steps, kHostSize, 4, At(0s)).at(0);
  EXPECT_THAT(by_steps.turning_points, ElementsAre(DoubleNear(0.3, 1e-3), DoubleNear(0.7, 1e-3)));
  EXPECT_EQ(by_steps.measure, Measure::kUtilisation);

  TargetTrackingPolicy load("t", Tracking(Measure::kLoad, 100));
  const ProbedSignal by_load = Probe(load, kHostSize, 4, At(0s)).at(0);
  EXPECT_EQ(by_load.measure, Measure::kLoad);
  EXPECT_THAT(by_load.turning_points, ElementsAre(DoubleNear(300, 1), DoubleNear(440, 3)));
}

// With one host less the signal is m / (m - 1) times as high: a gap that is wider than that at the
// smallest fleet is calm, a narrower one is not.
TEST(FlapProof, GapsThatOneHostLeapsOverAreFound) {
  struct Case {
    std::int64_t least;
    double shrink;
    bool flaps;
  };
  for (const Case& c : {Case{1, 0.30, false}, Case{1, 0.45, true}, Case{3, 0.55, false},
                        Case{3, 0.67, true}, Case{8, 0.69, false}, Case{8, 0.79, true}}) {
    const FlapProof proof =
        ProveCalm(Between(c.least, 14), Fresh<ThresholdPolicy>(Steps(0.8, c.shrink)));
    EXPECT_EQ(proof.cycle.has_value(), c.flaps)
        << "from " << c.least << " hosts, shrinking below " << c.shrink;
    EXPECT_GT(proof.runs, 0);
  }
}

TEST(FlapProof, TheCounterexampleTellsHowItGoesRound) {
  const FlapProof proof = ProveCalm(Between(1, 10), Fresh<ThresholdPolicy>(Steps(0.7, 0.5)));
  ASSERT_TRUE(proof.cycle.has_value());
  const LimitCycle& cycle = *proof.cycle;
  EXPECT_EQ(cycle.signal, "cpu");
  EXPECT_EQ(cycle.least, 1);
  EXPECT_EQ(cycle.most, 2);
  EXPECT_EQ(cycle.grows.policy, "busy");
  EXPECT_THAT(cycle.grows.text, HasSubstr("0.7 and above"));
  EXPECT_THAT(cycle.shrinks.text, HasSubstr("below 0.5"));
  EXPECT_GE(cycle.period, 5min) << "the cooldown alone takes as long";
  EXPECT_GT(cycle.launches_per_hour, 1);
  EXPECT_GT(cycle.course.size(), 10u);
}

TEST(FlapProof, CalmAreThoseThatKnowWhatTheyNeed) {
  for (const Measure measure : {Measure::kUtilisation, Measure::kLoad}) {
    const FlapProof proof =
        ProveCalm(Between(0, 14), Fresh<TargetTrackingPolicy>(Tracking(measure, 0.7)));
    EXPECT_FALSE(proof.cycle.has_value()) << static_cast<int>(measure);
    EXPECT_GT(proof.runs, 100);
  }
}

TEST(FlapProof, ALatencyThatIsFollowedStepByStepFlapsInASmallFleet) {
  const auto fresh = Fresh<TargetTrackingPolicy>(Tracking(Measure::kLatency, 0.2));
  EXPECT_TRUE(ProveCalm(Between(1, 10), fresh).cycle.has_value());
}

TEST(FlapProof, WithoutCooldownAndStabilisationAFleetThatStartsSlowlyMayStillBeCalm) {
  ClusterSpec cluster = Between(1, 10);
  cluster.limits.cooldown = {0s, 0s};
  cluster.limits.stabilisation = {0s, 0s};
  cluster.limits.min_lifetime = 0s;
  const auto fresh = Fresh<TargetTrackingPolicy>(Tracking(Measure::kUtilisation, 0.7));
  EXPECT_FALSE(ProveCalm(cluster, fresh).cycle.has_value());
}

TEST(FlapProof, NothingThatCannotAnswerIsDriven) {
  ManualConfig config;
  config.stand = {RecommendationKind::kFloor, kHostSize * 3};
  EXPECT_EQ(ProveCalm(Between(1, 10), Fresh<ManualPolicy>(config)).runs, 0);
  EXPECT_EQ(ProveCalm(Between(4, 4), Fresh<ThresholdPolicy>(Steps(0.8, 0.7))).runs, 0)
      << "a fleet of one size";
}

TEST(FlapProof, IsTheSameEachTime) {
  const auto prove = [] {
    return ProveCalm(Between(1, 10), Fresh<ThresholdPolicy>(Steps(0.7, 0.5)));
  };
  EXPECT_EQ(prove(), prove());
}

}  // namespace
}  // namespace spillway
