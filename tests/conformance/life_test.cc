// The life of a machine, by us and by others.
#include <gmock/gmock.h>

#include <thread>

#include "tests/conformance/conformance.h"

namespace spillway::conformance {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Life : public Conformance {};

TEST_P(Life, AMachineStartsRunsAndGoesWhenItIsDeleted) {
  const MachineSpec spec = Spec("token-1");
  const auto created = Create("token-1");
  ASSERT_TRUE(created) << Describe(created.error());
  EXPECT_NE(created->id, "");
  EXPECT_EQ(created->token, "token-1");
  EXPECT_EQ(created->owner, kOwner);
  EXPECT_EQ(created->location, spec.location);
  EXPECT_EQ(created->plan, spec.plan);
  EXPECT_THAT(created->state, AnyOf(MachineState::kStarting, MachineState::kRunning));
  EXPECT_EQ(subject().Existing(), 1);

  subject().Settle();
  const auto running = Find("token-1", created->id);
  ASSERT_TRUE(running) << Describe(running.error());
  EXPECT_EQ(running->state, MachineState::kRunning) << running->state_text;
  EXPECT_NE(running->address, "");
  EXPECT_EQ(running->id, created->id);

  const auto deleted = Delete(*running);
  ASSERT_TRUE(deleted) << Describe(deleted.error());
  subject().Settle();
  ExpectGone(*running);
  EXPECT_EQ(subject().Existing(), 0);
}

TEST_P(Life, TagsComeBackInEveryAnswer) {
  const Machine made = Running("token-1");
  const auto by_id = Find("token-1", made.id);
  const auto by_token = Find("token-1");
  const auto list = List();
  ASSERT_TRUE(by_id) << Describe(by_id.error());
  ASSERT_TRUE(by_token) << Describe(by_token.error());
  ASSERT_TRUE(list) << Describe(list.error());
  ASSERT_EQ(list->machines.size(), 1u);
  for (const Machine& machine : {*by_id, *by_token, list->machines.front()}) {
    EXPECT_EQ(machine.id, made.id);
    EXPECT_EQ(machine.token, "token-1");
    EXPECT_EQ(machine.owner, kOwner);
    EXPECT_EQ(machine.location, Spec("token-1").location);
    EXPECT_EQ(machine.plan, Spec("token-1").plan);
    EXPECT_EQ(machine.address, made.address);
  }
}

TEST_P(Life, AMachineThatWasNeverMadeIsNotFound) {
  const auto found = Find("token-of-nobody");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kNotFound);
  const auto list = List();
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  EXPECT_THAT(list->machines, IsEmpty());
}

TEST_P(Life, MachinesOfOthersAreNotSeen) {
  subject().AddForeignMachine();
  ASSERT_EQ(subject().Existing(), 1);
  Running("token-1");
  subject().AddForeignMachine();
  const auto list = List();
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  EXPECT_THAT(Tokens(list->machines), ElementsAre("token-1"));
}

TEST_P(Life, DeletionCanBeRepeated) {
  const Machine machine = Running("token-1");
  for (const char* when : {"first", "at once again"}) {
    const auto deleted = Delete(machine);
    EXPECT_TRUE(deleted) << when << ": " << Describe(deleted.error());
  }
  subject().Settle();
  ExpectGone(machine);
  const auto late = Delete(machine);
  EXPECT_TRUE(late) << "gone already is a success, but: " << Describe(late.error());
  EXPECT_EQ(subject().Existing(), 0);
}

TEST_P(Life, AMachineCanBeDeletedBeforeItRuns) {
  const auto created = Create("token-1");
  ASSERT_TRUE(created) << Describe(created.error());
  auto deleted = Delete(*created);
  if (!deleted) {  // a busy machine is not a success, and may be deleted later
    subject().Settle();
    deleted = Delete(*created);
  }
  ASSERT_TRUE(deleted) << Describe(deleted.error());
  subject().Settle();
  ExpectGone(*created);
  EXPECT_EQ(subject().Existing(), 0);
}

TEST_P(Life, DeletionTakesNoOtherMachine) {
  const std::vector<Machine> machines = RunningOnes(3);
  ASSERT_TRUE(Delete(machines[1]));
  subject().Settle();
  ExpectGone(machines[1]);
  EXPECT_THAT(Tokens(List()->machines), ElementsAre("token-1", "token-3"));
  EXPECT_EQ(subject().Existing(), 2);
}

TEST_P(Life, AMachineThatSomebodyElseTookAwayIsGone) {
  const Machine machine = Running("token-1");
  subject().TakeAway(machine.id);
  subject().Settle();
  ExpectGone(machine);
  const auto deleted = Delete(machine);
  EXPECT_TRUE(deleted) << "gone already is a success, but: " << Describe(deleted.error());
}

TEST_P(Life, AMachineThatSomebodyElseSwitchedOffStillExists) {
  const Machine machine = Running("token-1");
  subject().SwitchOff(machine.id);
  subject().Settle();
  const auto found = Find("token-1", machine.id);
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->state, MachineState::kStopped) << found->state_text;
  EXPECT_THAT(Tokens(List()->machines), ElementsAre("token-1"));
  ASSERT_TRUE(Delete(*found));
  subject().Settle();
  ExpectGone(machine);
}

TEST_P(Life, AStateThatNobodyKnowsCountsAsExisting) {
  const Machine machine = Running("token-1");
  if (!subject().GiveUnknownState(machine.id)) GTEST_SKIP() << "its states are no words";
  for (const std::string& id : {machine.id, std::string()}) {
    const auto found = Find("token-1", id);
    ASSERT_TRUE(found) << Describe(found.error());
    EXPECT_EQ(found->state, MachineState::kUnknown);
    EXPECT_NE(found->state_text, "") << "the provider's own word";
  }
  EXPECT_THAT(Tokens(List()->machines), ElementsAre("token-1"));
  ASSERT_TRUE(Delete(machine));
  subject().Settle();
  EXPECT_EQ(subject().Existing(), 0);
}

TEST_P(Life, AFreshMachineThatIsNotVisibleYetIsNotTakenForGone) {
  if (!subject().HideNewMachines(3)) GTEST_SKIP() << "new machines are seen at once";
  const auto created = Create("token-1");
  ASSERT_TRUE(created) << Describe(created.error());
  const auto early = Find("token-1");
  ASSERT_FALSE(early) << "the subject does not hide it";
  EXPECT_EQ(early.error().kind, ErrorKind::kNotFound);

  // What is not visible may not be deleted yet; but a success must be one.
  const auto deleted = Delete(*created);
  if (!deleted) {
    EXPECT_EQ(deleted.error().kind, ErrorKind::kTransient) << Describe(deleted.error());
    EXPECT_EQ(Await("token-1", created->id).id, created->id) << "it appears";
    ASSERT_TRUE(Delete(*created));
  }
  subject().Settle();
  EXPECT_EQ(subject().Existing(), 0) << "deleted, it was said";
}

TEST_P(Life, CallsMayComeFromSeveralThreads) {
  std::vector<std::thread> callers;
  for (int i = 1; i <= 4; ++i) {
    callers.emplace_back([this, token = "token-" + std::to_string(i)] {
      const auto created = Create(token);
      EXPECT_TRUE(created || created.error().kind == ErrorKind::kThrottled)
          << Describe(created.error());
      const auto list = List();
      EXPECT_TRUE(list || list.error().kind == ErrorKind::kThrottled) << Describe(list.error());
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (int i = 1; i <= 4; ++i) {
    const std::string token = "token-" + std::to_string(i);
    const auto given = CreateUntilGiven(token);
    ASSERT_TRUE(given) << Describe(given.error());
    EXPECT_EQ(Await(token, given->id).token, token);
    EXPECT_EQ(subject().MadeFor(token), 1);
  }
}

TEST_P(Life, ChannelAndBudgetAreOfUse) {
  EXPECT_NE(provider().channel().name, "");
  EXPECT_GT(provider().channel().parallel, 0);
  EXPECT_GT(provider().create_budget().per_second, 0);
  EXPECT_GT(provider().create_budget().burst, 0);
  EXPECT_GT(provider().create_budget().in_flight, 0);
}

SPILLWAY_ON_EVERY_SUBJECT(Life);

}  // namespace
}  // namespace spillway::conformance
