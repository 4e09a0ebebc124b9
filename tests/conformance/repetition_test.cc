// The same token never gives a second machine, whatever comes between.
#include "tests/conformance/conformance.h"

namespace spillway::conformance {
namespace {

class Repetition : public Conformance {};

TEST_P(Repetition, TheSameTokenIsTheSameMachine) {
  const auto first = Create("token-1");
  ASSERT_TRUE(first) << Describe(first.error());
  const auto second = CreateUntilGiven("token-1");
  ASSERT_TRUE(second) << Describe(second.error());
  EXPECT_EQ(second->id, first->id);
  const Machine running = Running("token-2");
  const auto third = CreateUntilGiven("token-2");
  ASSERT_TRUE(third) << Describe(third.error());
  EXPECT_EQ(third->id, running.id);
  EXPECT_EQ(subject().Existing(), 2);
}

TEST_P(Repetition, MakesOneMachineWhateverHappenedToTheFirstCall) {
  for (const Misfortune misfortune : MisfortunesOfAnyCall()) {
    SCOPED_TRACE(Name(misfortune));
    Open(misfortune);
    if (!Meet(Operation::kCreate, misfortune, {.times = 1})) continue;
    const auto first = Create("token-1");
    EXPECT_FALSE(first) << "the subject met nothing";
    const auto given = CreateUntilGiven("token-1");
    ASSERT_TRUE(given) << Describe(given.error());
    EXPECT_EQ(given->token, "token-1");
    EXPECT_EQ(subject().MadeFor("token-1"), 1);
    EXPECT_EQ(subject().Existing(), 1);
  }
}

TEST_P(Repetition, MakesOneMachineWhenItGoesWrongAgainAndAgain) {
  for (const Misfortune misfortune : MisfortunesOfUnknownOutcome()) {
    SCOPED_TRACE(Name(misfortune));
    Open(misfortune);
    if (!Meet(Operation::kCreate, misfortune, {.times = 3})) continue;
    EXPECT_FALSE(Create("token-1"));
    const auto given = CreateUntilGiven("token-1");
    ASSERT_TRUE(given) << Describe(given.error());
    EXPECT_EQ(subject().MadeFor("token-1"), 1);
    EXPECT_EQ(Await("token-1", given->id).id, given->id);
  }
}

TEST_P(Repetition, MakesNoSecondMachineWhileTheFirstIsNotVisible) {
  for (const Misfortune misfortune : MisfortunesOfUnknownOutcome()) {
    SCOPED_TRACE(Name(misfortune));
    Open(misfortune);
    if (!subject().HideNewMachines(6)) GTEST_SKIP() << "new machines are seen at once";
    if (!Meet(Operation::kCreate, misfortune, {.times = 1})) continue;
    EXPECT_FALSE(Create("token-1"));
    const auto looked = Find("token-1");
    ASSERT_FALSE(looked) << "the subject does not hide it";
    EXPECT_EQ(looked.error().kind, ErrorKind::kNotFound);
    // It is given, or is not known yet; a second one would be made here.
    const auto again = CreateAgain("token-1");
    EXPECT_FALSE(!again && again.error().kind == ErrorKind::kTransient) << Describe(again.error());
    EXPECT_LE(subject().MadeFor("token-1"), 1);
    const auto given = CreateUntilGiven("token-1");
    EXPECT_TRUE(given) << Describe(given.error());
    EXPECT_EQ(subject().MadeFor("token-1"), 1);
  }
}

TEST_P(Repetition, MakesNothingWhenItCannotLook) {
  for (const Misfortune misfortune : MisfortunesOfAnyCall()) {
    SCOPED_TRACE(Name(misfortune));
    Open(misfortune);
    const auto first = Create("token-1");
    ASSERT_TRUE(first) << Describe(first.error());
    const bool finds = Meet(Operation::kFind, misfortune);
    const bool lists = Meet(Operation::kList, misfortune);
    if (!finds && !lists) continue;
    const auto again = CreateAgain("token-1");
    EXPECT_EQ(subject().MadeFor("token-1"), 1);
    EXPECT_EQ(subject().Existing(), 1);
    EXPECT_TRUE(!again || again->id == first->id);
  }
}

TEST_P(Repetition, FindsItsMachineOnALaterPage) {
  if (!subject().SetPageSize(2)) GTEST_SKIP() << "it has no pages";
  const std::vector<Machine> machines = RunningOnes(5);
  for (const Machine& machine : machines) {
    const auto again = CreateUntilGiven(machine.token);
    ASSERT_TRUE(again) << Describe(again.error());
    EXPECT_EQ(again->id, machine.id);
  }
  EXPECT_EQ(subject().Existing(), 5);
}

TEST_P(Repetition, ALostMachineIsFoundByItsTokenAndDeleted) {
  if (!Meet(Operation::kCreate, Misfortune::kLostAnswer, {.times = 1})) return;
  EXPECT_FALSE(Create("token-1"));
  subject().Settle();
  const auto found = Find("token-1");
  ASSERT_TRUE(found) << Describe(found.error());
  EXPECT_EQ(found->token, "token-1");
  EXPECT_EQ(found->owner, kOwner);
  ASSERT_TRUE(Delete(*found));
  subject().Settle();
  ExpectGone(*found);
  EXPECT_EQ(subject().Existing(), 0);
}

SPILLWAY_ON_EVERY_SUBJECT(Repetition);

}  // namespace
}  // namespace spillway::conformance
