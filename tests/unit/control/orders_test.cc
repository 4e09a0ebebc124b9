// What people say, in the loop: at once, durable, over at its time; and what would follow.
#include "scaler/control/orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/driven_service.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const PersonsWord kAnna{"anna", "a match", kStart};

// Says the same each time, and counts how often it was asked.
class CountedPolicy final : public Policy {
 public:
  explicit CountedPolicy(int& asked) : Policy("three"), asked_(asked) {}

  std::span<const SignalSpec> signals() const override { return {}; }
  Recommendation Evaluate(const PolicyInput& input) override {
    ++asked_;
    Recommendation r;
    r.kind = RecommendationKind::kTarget;
    r.wanted = input.cluster.host_size * 3;
    return r;
  }

 private:
  int& asked_;
};

class OrdersInTheLoop : public ::testing::Test, protected DrivenService {
 protected:
  OrdersInTheLoop() {
    store_.Commit(Changes{.hosts = {AHost("edge-a"), AHost("edge-b")}});
    control_.Start();
    loop_.RunFor(1s);
  }
  std::vector<PolicyList> Three() {
    std::vector<PolicyList> policies(1);
    policies[0].push_back(std::make_unique<CountedPolicy>(asked_));
    return policies;
  }
  static ClusterOrders Paused(Duration until) {
    ClusterOrders orders;
    orders.pause = Pause{kAnna, At(until)};
    return orders;
  }
  static ClusterOrders Exactly(std::int64_t hosts) {
    ClusterOrders orders;
    orders.scale = ManualScale{kHostSize * hosts, hosts, kAnna, At(1h)};
    return orders;
  }
  std::vector<std::string> CodesOfLast() {
    std::vector<std::string> codes;
    const DecisionRecord last = store_.Decisions({.limit = 1}).at(0);
    for (const Reason& reason : last.decision.reasons) codes.push_back(reason.code);
    return codes;
  }

  int asked_ = 0;
  ControlLoop control_{Context(), store_, Three(), {}, nobody_};
  Orders orders_{control_, journal_};
};

TEST_F(OrdersInTheLoop, ArePartOfTheNextCommitAndDecidedOnAtOnce) {
  bool is_durable = false;
  orders_.Give("edge", Paused(1h));
  orders_.AfterCommit([&] { is_durable = store_.Clusters().at(0).orders == Paused(1h); });
  loop_.RunFor(1ms);
  EXPECT_TRUE(is_durable);
  EXPECT_THAT(CodesOfLast(), Contains("paused"));
}

TEST_F(OrdersInTheLoop, EndAtTheirTimeAlthoughNothingElseHappens) {
  orders_.Give("edge", Paused(90s + 3ms));
  loop_.RunUntil(At(90s + 2ms));
  EXPECT_THAT(CodesOfLast(), Contains("paused"));
  loop_.RunUntil(At(90s + 3ms));
  loop_.RunFor(0s);
  EXPECT_THAT(CodesOfLast(), Not(Contains("paused")));
  EXPECT_EQ(store_.Clusters().at(0).orders, ClusterOrders{});
}

TEST_F(OrdersInTheLoop, OutliveTheProcess) {
  orders_.Give("edge", Paused(2h));
  loop_.RunFor(1s);
  loop_.DropEverything();
  Journal journal(loop_, store_, log_);
  ProvisionContext context{loop_,      workers_,    journal,   log_,   metrics_, random_,
                           providers_, registrars_, clusters_, "test", {}};
  ControlLoop next(context, store_, Three(), {}, nobody_);
  next.Start();
  loop_.RunFor(1s);
  EXPECT_EQ(next.Clusters().at(0).state.orders, Paused(2h));
  EXPECT_EQ(next.Clusters().at(0).last->decision.verdict, Verdict::kHold);
}

TEST_F(OrdersInTheLoop, WhatWouldFollowIsMadeOfWhatPoliciesSaidLast) {
  const int asked = asked_;
  const ClusterState before = store_.Clusters().at(0);
  const Preview preview = orders_.Foresee("edge", Exactly(1));
  EXPECT_EQ(asked_, asked) << "one that learns would have learned from it";
  EXPECT_EQ(preview.before.decision.wanted, kHostSize * 3);
  EXPECT_EQ(preview.before.decision.verdict, Verdict::kGrow);
  EXPECT_EQ(preview.after.decision.wanted, kHostSize);
  EXPECT_EQ(preview.after.plan.give_back.size(), 1u);
  EXPECT_THAT(preview.words, Contains(HasSubstr("8 vCPU, 32 GiB are wanted instead of 24 vCPU")));
  EXPECT_THAT(preview.words, Contains(HasSubstr("anna wants exactly")));
  EXPECT_THAT(preview.words, Contains(HasSubstr("is given back")));
  loop_.RunFor(1ms);
  EXPECT_EQ(store_.Clusters().at(0).orders, before.orders);
  EXPECT_EQ(store_.Decisions({}).size(), 1u);
}

TEST_F(OrdersInTheLoop, APreviewOfAPauseSaysWhatItKeepsFrom) {
  const Preview preview = orders_.Foresee("edge", Paused(1h));
  EXPECT_EQ(preview.after.decision.verdict, Verdict::kHold);
  EXPECT_THAT(preview.words, Contains(HasSubstr("anna paused it")));
  EXPECT_THAT(preview.words, Contains("nothing is bought and nothing is given back"));
}

TEST_F(OrdersInTheLoop, AHostThatIsDrainedIsReplaced) {
  orders_.Give("edge", Exactly(2));
  loop_.RunFor(1s);
  EXPECT_EQ(control_.Clusters().at(0).last->decision.verdict, Verdict::kHold);
  ASSERT_TRUE(orders_.Give(*control_.fleet().Find("edge-a"), {HostAction::kDrain, kAnna}));
  loop_.RunFor(1s);
  const Decision& decision = control_.Clusters().at(0).last->decision;
  EXPECT_EQ(decision.verdict, Verdict::kGrow);
  EXPECT_EQ(decision.usable, kHostSize);
}

}  // namespace
}  // namespace spillway
