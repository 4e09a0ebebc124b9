#include "providers/simulated/simulated_cloud.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scaler/runtime/simulated_loop.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Lt;
using ::testing::SizeIs;

constexpr const char* kOffer = "cloud/fra/m";

SimulatedCloudSpec ACloud(SimulatedFaults faults = {}) {
  Offer offer;
  offer.id = kOffer;
  offer.provider = "cloud";
  offer.location = "fra";
  offer.plan = "m";
  offer.hypervisors = {Hypervisor::kLxc};
  offer.capacity = {4, 8192};
  offer.price_per_hour = Money::FromDouble(0.6);
  offer.quota = "cloud/vcpu";
  SimulatedCloudSpec spec;
  spec.name = "cloud";
  spec.offers = {offer};
  spec.boot_virtual = {30s, 0};
  spec.seed = 7;
  spec.faults = std::move(faults);
  return spec;
}

MachineSpec AMachine(const std::string& token) {
  MachineSpec spec;
  spec.token = token;
  spec.owner = "us";
  spec.cluster = "edge";
  spec.host = "host-" + token;
  spec.location = "fra";
  spec.plan = "m";
  return spec;
}

SimulatedFaults Always(SimulatedFault fault) { return {.chance = {{fault, 1.0}}, .spans = {}}; }

class SimulatedCloudTest : public ::testing::Test {
 protected:
  SimulatedCloud& Open(SimulatedCloudSpec spec) {
    cloud_ = std::make_unique<SimulatedCloud>(loop_, std::move(spec));
    return *cloud_;
  }
  MachineState StateOf(const std::string& token) { return cloud_->Find(token, "fra")->state; }
  ErrorKind CreateError(const std::string& token) {
    const auto created = cloud_->Create(AMachine(token));
    EXPECT_FALSE(created.ok());
    return created.error().kind;
  }

  SimulatedLoop loop_{kStart};
  std::unique_ptr<SimulatedCloud> cloud_;
};

TEST_F(SimulatedCloudTest, MachineStartsRunsAnswersAndGoesAsTheClockDoes) {
  SimulatedCloud& cloud = Open(ACloud());
  const auto created = cloud.Create(AMachine("a"));
  ASSERT_TRUE(created);
  EXPECT_EQ(created->state, MachineState::kStarting);
  EXPECT_EQ(created->address, "");

  loop_.RunFor(15s);
  const auto running = cloud.Find("a", "fra");
  EXPECT_EQ(running->state, MachineState::kRunning);
  EXPECT_FALSE(cloud.Answers(running->address));
  loop_.RunFor(15s);
  EXPECT_TRUE(cloud.Answers(running->address));

  ASSERT_TRUE(cloud.Delete(created->id, "fra"));
  EXPECT_EQ(StateOf("a"), MachineState::kStopping);
  EXPECT_FALSE(cloud.Answers(running->address));
  EXPECT_THAT(cloud.List("us")->machines, SizeIs(1));
  loop_.RunFor(20s);
  EXPECT_EQ(StateOf("a"), MachineState::kGone);
  EXPECT_THAT(cloud.List("us")->machines, IsEmpty());
  EXPECT_TRUE(cloud.Delete(created->id, "fra")) << "gone already is a success";
  loop_.RunFor(1h);
  EXPECT_EQ(cloud.Find("a", "fra").error().kind, ErrorKind::kNotFound) << "forgotten";
}

TEST_F(SimulatedCloudTest, CostsFromTheCreateCallUntilGone) {
  SimulatedCloud& cloud = Open(ACloud());
  const auto created = cloud.Create(AMachine("a"));
  loop_.RunFor(30min - 20s);
  cloud.Delete(created->id, "fra").ok();
  loop_.RunFor(5h);
  EXPECT_EQ(cloud.CostSoFar(), Money::FromDouble(0.3));
}

TEST_F(SimulatedCloudTest, SameTokenIsTheSameMachineAndAnotherRequestUnderItIsAConflict) {
  SimulatedCloud& cloud = Open(ACloud());
  const auto first = cloud.Create(AMachine("a"));
  const auto again = cloud.Create(AMachine("a"));
  EXPECT_EQ(again->id, first->id);
  MachineSpec other = AMachine("a");
  other.host = "another";
  EXPECT_EQ(cloud.Create(other).error().kind, ErrorKind::kConflict);
  EXPECT_THAT(cloud.AllMachinesEver(), SizeIs(1));

  MachineSpec twin = AMachine("b");
  twin.host = "host-a";
  cloud.Create(twin).ok();
  EXPECT_THAT(cloud.HostsWithTwins(), ElementsAre("host-a"));
}

TEST_F(SimulatedCloudTest, StockAndQuotaEndAndComeBackWithMachinesThatGo) {
  SimulatedCloudSpec spec = ACloud();
  spec.offers[0].stock = 2;
  SimulatedCloud& cloud = Open(spec);
  const auto a = cloud.Create(AMachine("a"));
  cloud.Create(AMachine("b")).ok();
  EXPECT_EQ(cloud.Offers()->offers[0].stock, 0);
  EXPECT_EQ(CreateError("c"), ErrorKind::kNoCapacity);
  cloud.Delete(a->id, "fra").ok();
  loop_.RunFor(20s);
  EXPECT_TRUE(cloud.Create(AMachine("c")));

  spec.quotas = {{"cloud/vcpu", 7}};
  spec.name = "narrow";
  Open(spec).Create(AMachine("a")).ok();
  EXPECT_EQ(CreateError("b"), ErrorKind::kQuota);
}

TEST_F(SimulatedCloudTest, RefusesWhatItDoesNotSell) {
  SimulatedCloud& cloud = Open(ACloud());
  MachineSpec metal = AMachine("a");
  metal.cluster_type = ClusterType::kMetal;
  EXPECT_EQ(cloud.Create(metal).error().kind, ErrorKind::kInvalid);
  const auto created = cloud.Create(AMachine("b"));
  EXPECT_EQ(cloud.Delete(created->id, "nyc").error().kind, ErrorKind::kInvalid);
}

struct CallFault {
  SimulatedFault fault;
  ErrorKind kind;
  std::size_t machines;  // that exist after it
};

class CreateFaults : public SimulatedCloudTest, public ::testing::WithParamInterface<CallFault> {};

TEST_P(CreateFaults, AnswerAndMakeWhatTheySay) {
  SimulatedCloud& cloud = Open(ACloud(Always(GetParam().fault)));
  EXPECT_EQ(CreateError("a"), GetParam().kind);
  EXPECT_THAT(cloud.MachinesNow(), SizeIs(GetParam().machines));
}

INSTANTIATE_TEST_SUITE_P(
    All, CreateFaults,
    ::testing::Values(CallFault{SimulatedFault::kThrottled, ErrorKind::kThrottled, 0},
                      CallFault{SimulatedFault::kTransient, ErrorKind::kTransient, 0},
                      CallFault{SimulatedFault::kLostRequest, ErrorKind::kUnknownOutcome, 0},
                      CallFault{SimulatedFault::kLostAnswer, ErrorKind::kUnknownOutcome, 1},
                      CallFault{SimulatedFault::kNoCapacity, ErrorKind::kNoCapacity, 0},
                      CallFault{SimulatedFault::kGhost, ErrorKind::kTransient, 1}));

TEST_F(SimulatedCloudTest, GhostAppearsLaterAndIsFoundByItsToken) {
  SimulatedCloud& cloud = Open(ACloud(Always(SimulatedFault::kGhost)));
  EXPECT_EQ(CreateError("a"), ErrorKind::kTransient);
  EXPECT_EQ(cloud.Find("a", "fra").error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(cloud.List("us")->machines, IsEmpty());
  loop_.RunFor(30s);
  EXPECT_EQ(cloud.List("us")->machines.at(0).token, "a");
  EXPECT_EQ(cloud.Create(AMachine("a"))->id, cloud.Find("a", "fra")->id);
}

TEST_F(SimulatedCloudTest, FreshMachineMayBeInvisibleForAWhile) {
  SimulatedCloud& cloud = Open(ACloud(Always(SimulatedFault::kInvisible)));
  ASSERT_TRUE(cloud.Create(AMachine("a")));
  EXPECT_EQ(cloud.Find("a", "fra").error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(cloud.List("us")->machines, IsEmpty());
  loop_.RunFor(20s);
  EXPECT_TRUE(cloud.Find("a", "fra"));
}

TEST_F(SimulatedCloudTest, MachineThatDoesNotStartIsGoneForWantOfCapacityAndFree) {
  SimulatedCloud& cloud = Open(ACloud(Always(SimulatedFault::kNoStart)));
  ASSERT_TRUE(cloud.Create(AMachine("a")));
  loop_.RunFor(5s);
  EXPECT_EQ(StateOf("a"), MachineState::kGone);
  EXPECT_EQ(cloud.Find("a", "fra")->start_failure, ErrorKind::kNoCapacity);
  EXPECT_EQ(cloud.CostSoFar(), Money{});
}

TEST_F(SimulatedCloudTest, SlowAndUnreachableMachinesKeepOneWaiting) {
  SimulatedCloud& slow = Open(ACloud(Always(SimulatedFault::kSlowBoot)));
  slow.Create(AMachine("a")).ok();
  loop_.RunFor(119s);
  EXPECT_EQ(StateOf("a"), MachineState::kStarting);
  loop_.RunFor(181s);
  EXPECT_TRUE(slow.Answers(slow.Find("a", "fra")->address));

  SimulatedCloud& silent = Open(ACloud(Always(SimulatedFault::kUnreachable)));
  silent.Create(AMachine("a")).ok();
  loop_.RunFor(24h);
  EXPECT_EQ(StateOf("a"), MachineState::kRunning);
  EXPECT_FALSE(silent.Answers(silent.Find("a", "fra")->address));
}

TEST_F(SimulatedCloudTest, MachinesDieInEachOfThreeWays) {
  SimulatedCloud& cloud = Open(ACloud(Always(SimulatedFault::kDies)));
  for (int i = 0; i < 30; ++i) cloud.Create(AMachine(std::to_string(i))).ok();
  loop_.RunFor(2h);
  std::map<MachineState, int> states;
  for (const SimulatedMachine& machine : cloud.AllMachinesEver()) {
    EXPECT_FALSE(machine.Answers(loop_.Now()));
    ++states[machine.StateAt(loop_.Now())];
  }
  EXPECT_THAT(states, SizeIs(3)) << "gone, stopped, and hanging while it seems to run";
}

TEST_F(SimulatedCloudTest, PartialListLeavesSomeOutAndSaysSo) {
  SimulatedCloud& cloud = Open(ACloud(Always(SimulatedFault::kPartialList)));
  for (int i = 0; i < 20; ++i) cloud.Create(AMachine(std::to_string(i))).ok();
  const auto list = cloud.List("us");
  EXPECT_FALSE(list->is_complete);
  EXPECT_THAT(list->machines, SizeIs(Lt(20u)));
}

TEST_F(SimulatedCloudTest, DeletionsFailOrLag) {
  SimulatedCloud& busy = Open(ACloud(Always(SimulatedFault::kDeleteFails)));
  const auto a = busy.Create(AMachine("a"));
  EXPECT_EQ(busy.Delete(a->id, "fra").error().kind, ErrorKind::kConflict);
  EXPECT_EQ(StateOf("a"), MachineState::kStarting);

  SimulatedCloud& lazy = Open(ACloud(Always(SimulatedFault::kDeleteLags)));
  const auto b = lazy.Create(AMachine("b"));
  ASSERT_TRUE(lazy.Delete(b->id, "fra"));
  loop_.RunFor(9min);
  EXPECT_EQ(StateOf("b"), MachineState::kStopping);
  loop_.RunFor(1min);
  EXPECT_EQ(StateOf("b"), MachineState::kGone);
}

TEST_F(SimulatedCloudTest, ScriptedSpanHoldsForItsTimeAndOffer) {
  SimulatedFaults faults;
  faults.spans = {{SimulatedFault::kNoCapacity, 1h, 2h, 1.0, kOffer},
                  {SimulatedFault::kThrottled, 0h, 9h, 1.0, "cloud/fra/other"}};
  SimulatedCloud& cloud = Open(ACloud(faults));
  EXPECT_TRUE(cloud.Create(AMachine("before")));
  loop_.RunUntil(At(1h));
  EXPECT_EQ(CreateError("during"), ErrorKind::kNoCapacity);
  loop_.RunUntil(At(2h));
  EXPECT_TRUE(cloud.Create(AMachine("after")));
}

TEST_F(SimulatedCloudTest, LuckHangsOnSeedAndNameNotOnTheOrderOfCalls) {
  const auto boots = [this](std::uint64_t seed, const std::vector<std::string>& tokens) {
    SimulatedCloudSpec spec = ACloud({.chance = {{SimulatedFault::kLostAnswer, 0.3}}, .spans = {}});
    spec.boot_virtual.sigma = 0.5;
    spec.seed = seed;
    SimulatedCloud& cloud = Open(spec);
    std::map<std::string, std::pair<bool, Duration>> luck;
    for (const std::string& token : tokens) {
      const bool answered = cloud.Create(AMachine(token)).ok();
      const SimulatedMachine machine = cloud.AllMachinesEver().back();
      luck[token] = {answered, machine.answers_at - machine.created_at};
    }
    return luck;
  };
  EXPECT_EQ(boots(1, {"a", "b", "c"}), boots(1, {"c", "a", "b"}));
  EXPECT_NE(boots(1, {"a", "b", "c"}), boots(2, {"a", "b", "c"}));
}

}  // namespace
}  // namespace spillway
