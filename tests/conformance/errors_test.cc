// What a misfortune is told as: the caller acts by the kind.
#include <gmock/gmock.h>

#include "tests/conformance/conformance.h"

namespace spillway::conformance {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Errors : public Conformance {};

// Only what the service itself has refused is known not to have happened.
ErrorKind KindOfCreate(Misfortune misfortune) {
  switch (misfortune) {
    case Misfortune::kThrottled: return ErrorKind::kThrottled;
    case Misfortune::kDenied: return ErrorKind::kDenied;
    case Misfortune::kIndiscreet: return ErrorKind::kInvalid;
    case Misfortune::kNoCapacity: return ErrorKind::kNoCapacity;
    case Misfortune::kQuota: return ErrorKind::kQuota;
    case Misfortune::kServerError:
    case Misfortune::kLostRequest:
    case Misfortune::kLostAnswer:
    case Misfortune::kHang:
    case Misfortune::kCutAnswer:
    case Misfortune::kGarbledAnswer: return ErrorKind::kUnknownOutcome;
  }
  return ErrorKind::kUnknownOutcome;
}

TEST_P(Errors, OfCreateSayWhetherAMachineMayExist) {
  using enum Misfortune;
  for (const Misfortune misfortune :
       {kThrottled, kServerError, kLostRequest, kLostAnswer, kHang, kCutAnswer, kGarbledAnswer,
        kDenied, kIndiscreet, kNoCapacity, kQuota}) {
    SCOPED_TRACE(Name(misfortune));
    Open(misfortune);
    if (!Meet(Operation::kCreate, misfortune)) continue;
    const int before = subject().Existing();
    const auto created = Create("token-1");
    ASSERT_FALSE(created) << "the subject met nothing";
    EXPECT_EQ(created.error().kind, KindOfCreate(misfortune)) << Describe(created.error());
    EXPECT_NE(created.error().where, "");
    if (created.error().kind != ErrorKind::kUnknownOutcome) {
      EXPECT_EQ(subject().Existing(), before) << "it says that none was made";
    }
  }
}

TEST_P(Errors, OfARequestThatIsWrongSayThatRepeatingIsPointless) {
  MachineSpec plan = Spec("token-1");
  plan.plan = "no-such-plan";
  MachineSpec place = Spec("token-2");
  place.location = "no-such-place";
  for (const MachineSpec& spec : {plan, place}) {
    const auto created = provider().Create(spec);
    ASSERT_FALSE(created);
    EXPECT_THAT(created.error().kind, AnyOf(ErrorKind::kInvalid, ErrorKind::kNotFound))
        << Describe(created.error());
  }
  EXPECT_EQ(subject().Existing(), 0);
}

TEST_P(Errors, OfFindNeverSayThatAMachineIsGone) {
  for (const Misfortune misfortune : MisfortunesOfAnyCall()) {
    for (const bool knows_id : {true, false}) {
      SCOPED_TRACE(std::string(Name(misfortune)) + (knows_id ? ", by id" : ", by token"));
      Open(misfortune);
      const Machine machine = Running("token-1");
      if (!Meet(Operation::kFind, misfortune)) continue;
      const auto found = Find("token-1", knows_id ? machine.id : "");
      ASSERT_FALSE(found) << "the subject met nothing";
      EXPECT_EQ(found.error().kind, KindOfRepeatable(misfortune)) << Describe(found.error());
    }
  }
}

TEST_P(Errors, OfListNeverHideAMachine) {
  for (const Misfortune misfortune : MisfortunesOfAnyCall()) {
    SCOPED_TRACE(Name(misfortune));
    Open(misfortune);
    Running("token-1");
    if (!Meet(Operation::kList, misfortune)) continue;
    const auto list = List();
    ASSERT_FALSE(list) << "nothing could be read, and it gives " << list->machines.size();
    EXPECT_EQ(list.error().kind, KindOfRepeatable(misfortune)) << Describe(list.error());
  }
}

TEST_P(Errors, OfDeleteNeverSayThatItIsDone) {
  for (const Misfortune misfortune : MisfortunesOfAnyCall()) {
    SCOPED_TRACE(Name(misfortune));
    Open(misfortune);
    const Machine machine = Running("token-1");
    if (!Meet(Operation::kDelete, misfortune, {.times = 1})) continue;
    const auto deleted = Delete(machine);
    if (deleted) {
      subject().Settle();
      EXPECT_EQ(subject().Existing(), 0) << "deleted, it was said";
      continue;
    }
    const ErrorKind kind = KindOfRepeatable(misfortune);
    // Deleting can be repeated, so both words lead to the same.
    if (kind == ErrorKind::kTransient) {
      EXPECT_THAT(deleted.error().kind, AnyOf(kind, ErrorKind::kUnknownOutcome))
          << Describe(deleted.error());
    } else {
      EXPECT_EQ(deleted.error().kind, kind) << Describe(deleted.error());
    }
    subject().Settle();
    const auto again = Delete(machine);
    EXPECT_TRUE(again) << Describe(again.error());
    subject().Settle();
    EXPECT_EQ(subject().Existing(), 0);
  }
}

TEST_P(Errors, AreOverWhenTheirCauseIs) {
  for (const Operation operation :
       {Operation::kOffers, Operation::kFind, Operation::kList, Operation::kDelete}) {
    for (const Misfortune misfortune : MisfortunesOfAnyCall()) {
      // Waiting is dear, and all operations wait alike.
      if (misfortune == Misfortune::kHang && operation != Operation::kFind) continue;
      SCOPED_TRACE(std::string(Name(operation)) + " " + std::string(Name(misfortune)));
      Open(misfortune);
      const Machine machine = Running("token-1");
      if (!Meet(operation, misfortune, {.times = 1})) continue;
      Call(operation, machine);
      subject().Settle();
      const auto error = Call(operation, machine);
      EXPECT_FALSE(error) << Describe(*error);
    }
  }
}

TEST_P(Errors, HoldNoSecret) {
  const std::vector<std::string> secrets = subject().Secrets();
  for (const Operation operation : {Operation::kOffers, Operation::kCreate, Operation::kFind,
                                    Operation::kList, Operation::kDelete}) {
    for (const Misfortune misfortune :
         {Misfortune::kIndiscreet, Misfortune::kDenied, Misfortune::kThrottled,
          Misfortune::kServerError, Misfortune::kLostAnswer, Misfortune::kGarbledAnswer}) {
      SCOPED_TRACE(std::string(Name(operation)) + " " + std::string(Name(misfortune)));
      Open(misfortune);
      const Machine machine = Running("token-1");
      if (!Meet(operation, misfortune)) continue;
      const auto error = Call(operation, machine);
      if (!error) continue;
      for (const std::string& secret : secrets) {
        EXPECT_THAT(Describe(*error), Not(HasSubstr(secret)));
      }
    }
  }
}

TEST_P(Errors, OfABurstOfCallsSayOnlyThatItWasTooMuch) {
  const Machine machine = Running("token-1");
  int refused = 0;
  for (int i = 0; i < 100; ++i) {
    const auto found = Find("token-1", machine.id);
    const auto again = CreateAgain("token-1");
    for (const Result<Machine>& answer : {found, again}) {
      if (answer) {
        EXPECT_EQ(answer->id, machine.id);
      } else {
        EXPECT_EQ(answer.error().kind, ErrorKind::kThrottled) << Describe(answer.error());
        ++refused;
      }
    }
  }
  RecordProperty("refused", refused);
  EXPECT_EQ(subject().MadeFor("token-1"), 1);
  subject().Settle();
  const auto later = Find("token-1", machine.id);
  EXPECT_TRUE(later) << Describe(later.error());
}

SPILLWAY_ON_EVERY_SUBJECT(Errors);

}  // namespace
}  // namespace spillway::conformance
