// A list is whole, or says that it is not.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/conformance/conformance.h"

namespace spillway::conformance {
namespace {

using ::testing::SizeIs;

class Pages : public Conformance {};

TEST_P(Pages, AreAllRead) {
  if (!subject().SetPageSize(2)) GTEST_SKIP() << "it has no pages";
  const std::vector<Machine> machines = RunningOnes(5);
  const auto list = List();
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  EXPECT_EQ(Tokens(list->machines), Tokens(machines));
  for (const Machine& machine : machines) {
    const auto found = Find(machine.token);
    ASSERT_TRUE(found) << machine.token << ": " << Describe(found.error());
    EXPECT_EQ(found->id, machine.id);
  }
}

TEST_P(Pages, ThatAreFullAndTheLastAreNotAskedBeyond) {
  if (!subject().SetPageSize(2)) GTEST_SKIP() << "it has no pages";
  RunningOnes(4);
  const auto list = List();
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  EXPECT_THAT(list->machines, SizeIs(4));
}

TEST_P(Pages, ThatFailMakeTheListIncompleteAndNeverShorter) {
  for (const Misfortune misfortune : MisfortunesOfAnyCall()) {
    SCOPED_TRACE(Name(misfortune));
    Open(misfortune);
    if (!subject().SetPageSize(2)) GTEST_SKIP() << "it has no pages";
    const std::vector<Machine> machines = RunningOnes(5);
    if (!Meet(Operation::kList, misfortune, {.after = 1})) continue;
    const auto list = List();
    if (!list) continue;  // as good: it proves nothing
    EXPECT_FALSE(list->is_complete);
    EXPECT_LT(list->machines.size(), machines.size()) << "the subject met nothing";
  }
}

TEST_P(Pages, ThatFailDoNotMakeAMachineGone) {
  if (!subject().SetPageSize(2)) GTEST_SKIP() << "it has no pages";
  const std::vector<Machine> machines = RunningOnes(5);
  for (const Machine& machine : machines) {
    if (!Meet(Operation::kFind, Misfortune::kServerError, {.after = 1, .times = 1})) return;
    for (int i = 0; i < 2; ++i) {
      const auto found = Find(machine.token);
      EXPECT_TRUE(found || found.error().kind == ErrorKind::kTransient) << Describe(found.error());
    }
    subject().Settle();
  }
}

TEST_P(Pages, ThatNeverEndAreNotACompleteList) {
  RunningOnes(2);
  if (!subject().RepeatPages()) GTEST_SKIP() << "it has no pages";
  const auto list = List();
  EXPECT_FALSE(list && list->is_complete);
  subject().Settle();
  const auto nobody = Find("token-of-nobody");
  ASSERT_FALSE(nobody);
  EXPECT_NE(nobody.error().kind, ErrorKind::kUnknownOutcome) << Describe(nobody.error());
}

SPILLWAY_ON_EVERY_SUBJECT(Pages);

}  // namespace
}  // namespace spillway::conformance
