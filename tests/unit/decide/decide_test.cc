#include "scaler/decide/decide.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;

Recommendation Target(std::int64_t hosts, const std::string& policy = "p") {
  return {policy, RecommendationKind::kTarget, kHostSize * hosts, true, {}, kDistantFuture};
}

Recommendation Of(RecommendationKind kind, std::int64_t hosts) {
  return {"p", kind, kHostSize * hosts, true, {}, kDistantFuture};
}

// A cluster that can be driven through time. Without waiting times unless a test sets them.
struct Driven {
  Driven() {
    cluster.limits.cooldown = {};
    cluster.limits.stabilisation = {};
  }

  Decision At(Duration since_start, std::vector<Recommendation> recommendations) {
    const DecideResult result =
        Decide({kStart + since_start, cluster, state, hosts, recommendations, {}});
    state = result.state;
    return result.decision;
  }

  ClusterSpec cluster = AnEdgeCluster();
  ClusterState state;
  std::vector<HostRecord> hosts;
};

bool Says(const Decision& decision, const std::string& code) {
  return std::any_of(decision.reasons.begin(), decision.reasons.end(),
                     [&](const Reason& reason) { return reason.code == code; });
}

TEST(Merge, TheLargestTargetWins) {
  Driven driven;
  const Decision decision = driven.At(0s, {Target(2, "a"), Target(5, "b")});
  EXPECT_EQ(decision.wanted, kHostSize * 5);
  EXPECT_EQ(decision.verdict, Verdict::kGrow);
  EXPECT_TRUE(Says(decision, "won"));
  EXPECT_TRUE(Says(decision, "lost"));
}

TEST(Merge, TargetsForDifferentThingsAreBothMet) {
  Driven driven;
  Recommendation memory = Target(0);
  memory.wanted = {4, 512 * 1024};
  EXPECT_EQ(driven.At(0s, {Target(3), memory}).wanted, (Capacity{24, 512 * 1024}));
}

TEST(Merge, UnknownHoldsWhatWasWanted) {
  Driven driven;
  driven.At(0s, {Target(6)});
  const Decision decision = driven.At(60s, {Of(RecommendationKind::kUnknown, 0)});
  EXPECT_EQ(decision.wanted, kHostSize * 6);
  EXPECT_FALSE(decision.may_shrink);
  EXPECT_TRUE(Says(decision, "unknown_holds"));
}

TEST(Merge, OneUnknownSignalKeepsAnotherPolicyFromShrinking) {
  Driven driven;
  driven.At(0s, {Target(6)});
  EXPECT_EQ(driven.At(60s, {Target(2), Of(RecommendationKind::kUnknown, 0)}).wanted, kHostSize * 6);
}

TEST(Merge, UnknownMayAddWhatItSays) {
  Driven driven;
  driven.At(0s, {Target(2)});
  const Decision decision = driven.At(60s, {Of(RecommendationKind::kUnknown, 3)});
  EXPECT_EQ(decision.wanted, kHostSize * 3);
  EXPECT_TRUE(Says(decision, "unknown_adds"));
}

TEST(Merge, APartialSignalGrowsButDoesNotShrink) {
  Driven driven;
  driven.At(0s, {Target(4)});
  Recommendation partial = Target(2);
  partial.may_shrink = false;
  EXPECT_EQ(driven.At(60s, {partial}).wanted, kHostSize * 4);
  partial.wanted = kHostSize * 5;
  EXPECT_EQ(driven.At(61s, {partial}).wanted, kHostSize * 5);
}

TEST(Merge, WithoutATargetTheClusterRestsAtItsMinimum) {
  Driven driven;
  driven.cluster.limits.min_hosts = 1;
  driven.At(0s, {Target(4)});
  const Decision decision = driven.At(60s, {Of(RecommendationKind::kAbstain, 0)});
  EXPECT_EQ(decision.wanted, kHostSize);
  EXPECT_TRUE(Says(decision, "resting"));
}

TEST(Merge, FloorsRaiseAndCeilingsLowerButNotBelowAFloor) {
  Driven driven;
  EXPECT_EQ(driven.At(0s, {Target(1), Of(RecommendationKind::kFloor, 3)}).wanted, kHostSize * 3);
  EXPECT_EQ(driven.At(1s, {Target(9), Of(RecommendationKind::kCeiling, 5)}).wanted, kHostSize * 5);
  EXPECT_EQ(driven
                .At(2s, {Target(9), Of(RecommendationKind::kCeiling, 5),
                         Of(RecommendationKind::kFloor, 6)})
                .wanted,
            kHostSize * 6);
}

TEST(Limits, MaximumAndMinimumHoldAtOnce) {
  Driven driven;
  driven.cluster.limits.cooldown = {1h, 1h};
  EXPECT_EQ(driven.At(0s, {Target(50)}).wanted, kHostSize * 20);
  driven.cluster.limits.max_hosts = 8;
  EXPECT_EQ(driven.At(1s, {Target(50)}).wanted, kHostSize * 8);
  driven.cluster.limits.min_hosts = 8;
  driven.cluster.limits.max_hosts = 9;
  EXPECT_EQ(driven.At(2h, {Target(0)}).wanted, kHostSize * 8);
}

TEST(Cooldown, HoldsScaleInButNotScaleOut) {
  Driven driven;
  driven.cluster.limits.cooldown = {0s, 5min};
  driven.At(0s, {Target(4)});
  const Decision held = driven.At(30s, {Target(2)});
  EXPECT_EQ(held.wanted, kHostSize * 4);
  EXPECT_TRUE(Says(held, "cooldown_in"));
  EXPECT_EQ(driven.At(31s, {Target(6)}).wanted, kHostSize * 6);
  EXPECT_EQ(driven.At(31s + 5min, {Target(2)}).wanted, kHostSize * 2);
}

TEST(Cooldown, OfGrowthWaitsForTheLastGrowthOnly) {
  Driven driven;
  driven.cluster.limits.cooldown = {1min, 0s};
  driven.At(0s, {Target(4)});
  EXPECT_EQ(driven.At(30s, {Target(8)}).wanted, kHostSize * 4);
  EXPECT_EQ(driven.At(40s, {Target(2)}).wanted, kHostSize * 2);
  EXPECT_EQ(driven.At(60s, {Target(8)}).wanted, kHostSize * 8);
}

TEST(Stabilisation, ShrinksToTheMostThatWasWantedInTheWindow) {
  Driven driven;
  driven.cluster.limits.stabilisation = {0s, 5min};
  driven.At(0s, {Target(8)});
  EXPECT_EQ(driven.At(1min, {Target(3)}).wanted, kHostSize * 8) << "8 was wanted a minute ago";
  EXPECT_EQ(driven.At(2min, {Target(5)}).wanted, kHostSize * 8);
  EXPECT_EQ(driven.At(6min + 1s, {Target(3)}).wanted, kHostSize * 5);
  EXPECT_EQ(driven.At(12min, {Target(3)}).wanted, kHostSize * 3);
}

TEST(Stabilisation, OfGrowthTakesTheLeastAndIgnoresASpike) {
  Driven driven;
  driven.cluster.limits.stabilisation = {2min, 0s};
  driven.At(0s, {Target(2)});
  driven.At(3min, {Target(2)});
  EXPECT_EQ(driven.At(4min, {Target(9)}).wanted, kHostSize * 2);
  EXPECT_EQ(driven.At(5min, {Target(7)}).wanted, kHostSize * 2);
  EXPECT_EQ(driven.At(6min + 1s, {Target(8)}).wanted, kHostSize * 7);
}

TEST(Stabilisation, MemoryIsBoundedHoweverManyEvaluationsThereAre) {
  Driven driven;
  driven.cluster.limits.stabilisation = {0s, 5min};
  for (int i = 0; i < 100'000; ++i) driven.At(Duration(i * 100), {Target(i % 7)});
  EXPECT_LE(driven.state.history.size(), 66u);
  EXPECT_EQ(driven.state.wanted, kHostSize * 6);
}

TEST(Step, LimitsEachDirection) {
  Driven driven;
  driven.cluster.limits.step = {3, 1};
  EXPECT_EQ(driven.At(0s, {Target(10)}).wanted, kHostSize * 3);
  EXPECT_EQ(driven.At(1s, {Target(10)}).wanted, kHostSize * 6);
  EXPECT_EQ(driven.At(2s, {Target(0)}).wanted, kHostSize * 5);
}

TEST(Timers, SurviveARestartBecauseTheyAreInTheState) {
  Driven before;
  before.cluster.limits.cooldown = {0s, 10min};
  before.At(0s, {Target(4)});
  Driven after;
  after.cluster = before.cluster;
  after.state = before.state;
  EXPECT_TRUE(Says(after.At(5min, {Target(1)}), "cooldown_in"));
}

TEST(HoldDown, StopsBuyingAndDoublesWhenItHappensAgain) {
  Driven driven;
  driven.cluster.limits.hold_down = {3, 10min, 2min, 60min};
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(driven.At(0s, {Target(2)}).may_buy);
    driven.state = AfterFailure(driven.cluster, driven.state, testing::At(0s));
  }
  const Decision held = driven.At(1s, {Target(2)});
  EXPECT_FALSE(held.may_buy);
  EXPECT_TRUE(Says(held, "held_down"));
  EXPECT_TRUE(driven.At(2min, {Target(2)}).may_buy);
  for (int i = 0; i < 3; ++i) {
    driven.state = AfterFailure(driven.cluster, driven.state, testing::At(3min));
  }
  EXPECT_FALSE(driven.At(3min + 3min, {Target(2)}).may_buy);
  EXPECT_TRUE(driven.At(3min + 4min, {Target(2)}).may_buy);
}

TEST(Money, AFullEnvelopeIsSaid) {
  Driven driven;
  driven.hosts = {AHost("a"), AHost("b")};
  driven.cluster.money.per_hour = Money::FromDouble(1.0);
  const Decision decision = driven.At(0s, {Target(4)});
  EXPECT_EQ(decision.money.room_per_hour, Money{});
  EXPECT_TRUE(Says(decision, "envelope_full_hour"));
}

TEST(Money, AnOverdrawnMonthLowersTheFleetThoughSignalsAreUnknown) {
  Driven driven;
  driven.hosts = {AHost("a"), AHost("b")};
  driven.At(0s, {Target(2)});
  driven.cluster.money.per_month = Money::FromDouble(1.6);  // 1.0 spent, 1.0 reserved
  const Decision decision = driven.At(0s, {Of(RecommendationKind::kUnknown, 0)});
  EXPECT_TRUE(Says(decision, "overdrawn"));
  EXPECT_EQ(decision.wanted, kHostSize * 1);
  EXPECT_EQ(decision.verdict, Verdict::kShrink);
}

}  // namespace
}  // namespace spillway
