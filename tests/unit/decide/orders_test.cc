// What people say, as the last words of a decision.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "scaler/decide/decide.h"
#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::HasSubstr;

Recommendation Of(RecommendationKind kind, std::int64_t hosts) {
  return {"p", kind, kHostSize * hosts, true, {}, kDistantFuture};
}
Recommendation Target(std::int64_t hosts) { return Of(RecommendationKind::kTarget, hosts); }

const PersonsWord kAnna{"anna", "a match", kStart};

Pause PausedUntil(Time until) { return {kAnna, until}; }
ManualScale Exactly(std::int64_t hosts, Time until) {
  return {kHostSize * hosts, hosts, kAnna, until};
}

// The reason of this code; one without a code when there is none.
Reason Why(const Decision& decision, const std::string& code) {
  for (const Reason& reason : decision.reasons) {
    if (reason.code == code) return reason;
  }
  return {};
}

class OrdersTest : public ::testing::Test {
 protected:
  OrdersTest() {
    cluster_.limits.cooldown = {};
    cluster_.limits.stabilisation = {};
  }
  void Have(int ready, int booting = 0) {
    hosts_.clear();
    for (int i = 0; i < ready; ++i) hosts_.push_back(AHost("r" + std::to_string(i)));
    for (int i = 0; i < booting; ++i) {
      hosts_.push_back(AHost("b" + std::to_string(i), HostState::kBooting));
    }
  }
  Decision DecideAt(Duration at, std::vector<Recommendation> recommendations) {
    const DecideResult result =
        Decide({kStart + at, cluster_, state_, hosts_, recommendations, {}});
    state_ = result.state;
    return result.decision;
  }

  ClusterSpec cluster_ = AnEdgeCluster();
  ClusterState state_;
  std::vector<HostRecord> hosts_;
};

TEST_F(OrdersTest, APauseBuysNothingAndGivesNothingBackWhateverIsWanted) {
  Have(2, 1);
  cluster_.limits.min_hosts = 5;
  state_.orders.pause = PausedUntil(At(1h));
  for (const auto& wish : {Target(9), Target(0), Of(RecommendationKind::kFloor, 7),
                           Of(RecommendationKind::kCeiling, 1)}) {
    const Decision decision = DecideAt(1min, {wish});
    EXPECT_EQ(decision.verdict, Verdict::kHold);
    EXPECT_EQ(decision.wanted, kHostSize * 3) << "what there is, and what is under way";
    EXPECT_FALSE(decision.may_buy || decision.may_shrink);
  }
}

TEST_F(OrdersTest, APauseSaysWhoWhyUntilWhenAndWhatItKeepsFrom) {
  Have(2);
  state_.orders.pause = PausedUntil(At(1h));
  EXPECT_THAT(Why(DecideAt(0s, {Target(4)}), "paused").text,
              AllOf(HasSubstr("anna"), HasSubstr("a match"), HasSubstr("until 2026-"),
                    HasSubstr("32 vCPU")));
  state_.orders.pause = Pause{{"otto", "", kStart}};
  EXPECT_THAT(Why(DecideAt(0s, {}), "paused").text, HasSubstr("otto paused it;"));
}

TEST_F(OrdersTest, APauseEndsByItselfAndLeavesNoCooldownBehind) {
  Have(2);
  cluster_.limits.cooldown = {10min, 10min};
  DecideAt(0s, {Target(2)});
  state_.orders.pause = PausedUntil(At(1h));
  EXPECT_EQ(DecideAt(1h - 1ms, {Target(6)}).verdict, Verdict::kHold);
  hosts_.pop_back();  // it failed; nothing is bought for it
  EXPECT_EQ(DecideAt(1h - 1ms, {Target(6)}).wanted, kHostSize);
  const Decision after = DecideAt(1h, {Target(6)});
  EXPECT_EQ(after.wanted, kHostSize * 6);
  EXPECT_EQ(after.verdict, Verdict::kGrow);
  EXPECT_FALSE(state_.orders.pause);
}

TEST_F(OrdersTest, AManualScaleIsExactlyWhatIsWantedAtOnce) {
  Have(3);
  cluster_.limits.cooldown = {10min, 10min};
  cluster_.limits.stabilisation = {10min, 10min};
  cluster_.limits.step = {1, 1};
  DecideAt(0s, {Target(3)});
  state_.orders.scale = Exactly(7, At(2h));
  EXPECT_EQ(DecideAt(1s, {Target(3)}).wanted, kHostSize * 7);
  state_.orders.scale = Exactly(1, At(2h));
  const Decision down = DecideAt(
      2s, {Target(9), Of(RecommendationKind::kFloor, 4), Of(RecommendationKind::kUnknown, 0)});
  EXPECT_EQ(down.wanted, kHostSize);
  EXPECT_EQ(down.verdict, Verdict::kShrink) << "somebody said so; it is not a guess";
  EXPECT_THAT(Why(down, "manual_scale").text, AllOf(HasSubstr("anna"), HasSubstr("8 vCPU")));
}

TEST_F(OrdersTest, LimitsAndMoneyHoldAgainstAManualScale) {
  Have(3);
  cluster_.limits.max_hosts = 5;
  cluster_.limits.min_hosts = 2;
  state_.orders.scale = Exactly(50, At(2h));
  EXPECT_EQ(DecideAt(0s, {Target(3)}).wanted, kHostSize * 5);
  state_.orders.scale = Exactly(0, At(2h));
  EXPECT_EQ(DecideAt(1s, {Target(3)}).wanted, kHostSize * 2);
  cluster_.money.per_month = Money::FromDouble(0.01);
  state_.orders.scale = Exactly(5, At(2h));
  const Decision poor = DecideAt(2s, {Target(3)});
  EXPECT_EQ(Why(poor, "overdrawn").code, "overdrawn");
  EXPECT_EQ(poor.wanted, Capacity{});
}

TEST_F(OrdersTest, AfterAManualScaleThePoliciesSayAgain) {
  Have(7);
  state_.orders.scale = Exactly(7, At(2h));
  DecideAt(1h, {Target(3)});
  const Decision after = DecideAt(2h, {Target(3)});
  EXPECT_EQ(after.wanted, kHostSize * 3);
  EXPECT_EQ(Why(after, "manual_scale").code, "");
  EXPECT_FALSE(state_.orders.scale);
}

TEST_F(OrdersTest, APauseHoldsOverAManualScale) {
  Have(2);
  state_.orders.scale = Exactly(9, At(2h));
  state_.orders.pause = PausedUntil(At(1h));
  EXPECT_EQ(DecideAt(0s, {Target(3)}).verdict, Verdict::kHold);
  EXPECT_EQ(DecideAt(1h, {Target(3)}).wanted, kHostSize * 9);
}

TEST_F(OrdersTest, HostsThatPeopleDrainAreNoCapacity) {
  Have(3);
  DecideAt(0s, {Target(3)});
  hosts_[0].goal = HostGoal::kDrained;
  hosts_[0].goal_by = kAnna;
  const Decision decision = DecideAt(1s, {Target(3)});
  EXPECT_EQ(decision.usable, kHostSize * 2);
  EXPECT_EQ(decision.verdict, Verdict::kGrow);
  EXPECT_EQ(decision.money.running_per_hour, Money::FromDouble(1.5)) << "it is paid all the same";
}

TEST(FirstEnd, IsWhenTheFirstOrderIsOver) {
  ClusterOrders orders;
  EXPECT_EQ(FirstEnd(orders), kDistantFuture);
  orders.pause = Pause{kAnna};
  EXPECT_EQ(FirstEnd(orders), kDistantFuture);
  orders.scale = Exactly(1, At(2h));
  EXPECT_EQ(FirstEnd(orders), At(2h));
  orders.pause = PausedUntil(At(1h));
  EXPECT_EQ(FirstEnd(orders), At(1h));
}

// Whatever policies say, hosts stand and time does.
TEST(OrdersProperty, PausesHoldAndManualScalesAreKeptWithinTheLimits) {
  EXPECT_TRUE(rc::check("orders hold", [] {
    ClusterSpec cluster = AnEdgeCluster();
    cluster.limits.min_hosts = *rc::gen::inRange(0, 4);
    cluster.limits.max_hosts = cluster.limits.min_hosts + *rc::gen::inRange(0, 8);
    ClusterState state;
    std::vector<HostRecord> hosts;
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i) {
      hosts.push_back(
          AHost("h" + std::to_string(i), static_cast<HostState>(*rc::gen::inRange(0, 11))));
      hosts.back().goal = static_cast<HostGoal>(*rc::gen::inRange(0, 3));
    }
    for (int minute = 0; minute < 20; ++minute) {
      const Time now = At(minute * 1min);
      if (*rc::gen::inRange(0, 4) == 0) {
        state.orders.pause = PausedUntil(now + *rc::gen::inRange(0, 10) * 1min);
      }
      if (*rc::gen::inRange(0, 4) == 0) {
        state.orders.scale =
            Exactly(*rc::gen::inRange(0, 14), now + *rc::gen::inRange(0, 10) * 1min);
      }
      const ClusterOrders orders = InForce(state.orders, now);
      std::vector<Recommendation> words;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        words.push_back(
            Of(static_cast<RecommendationKind>(*rc::gen::inRange(0, 5)), *rc::gen::inRange(0, 12)));
      }
      const DecideResult result = Decide({now, cluster, state, hosts, words, {}});
      state = result.state;
      RC_ASSERT(state.orders == orders);
      if (orders.pause) {
        RC_ASSERT(result.decision.verdict == Verdict::kHold);
        RC_ASSERT(result.decision.wanted == result.decision.usable);
      } else if (orders.scale) {
        const std::int64_t most = cluster.limits.max_hosts;
        const std::int64_t least = cluster.limits.min_hosts;
        RC_ASSERT(result.decision.wanted ==
                  kHostSize * std::clamp(*orders.scale->hosts, least, most));
      }
    }
  }));
}

}  // namespace
}  // namespace spillway
