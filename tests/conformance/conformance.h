// What the tests of the kit share: a subject, and the steps that all of them take.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/conformance/subject.h"

namespace spillway::conformance {

inline constexpr const char* kOwner = "conformance";

std::string_view Name(Operation operation);
std::string_view Name(Misfortune misfortune);

// Those that can meet every call, and those after which a machine may have been made.
std::span<const Misfortune> MisfortunesOfAnyCall();
std::span<const Misfortune> MisfortunesOfUnknownOutcome();

// What a call that can be repeated tells of it.
ErrorKind KindOfRepeatable(Misfortune misfortune);

class Conformance : public ::testing::TestWithParam<SubjectKind> {
 protected:
  void SetUp() override { Open(); }
  // A test that asked for misfortunes and met none has shown nothing.
  void TearDown() override;

  // A world of its own, in which nothing has happened; what was before is closed. Given the
  // misfortune that it is for, its calls have the patience to see it through.
  void Open(Misfortune misfortune = Misfortune::kThrottled);

  Subject& subject() { return *subject_; }
  Provider& provider() { return subject_->provider(); }

  // What Subject::Meet says.
  bool Meet(Operation operation, Misfortune misfortune, Turn turn = {});

  MachineSpec Spec(const std::string& token) const { return subject_->Spec(token); }
  Result<Machine> Create(const std::string& token) { return provider().Create(Spec(token)); }
  // As after a create that failed.
  Result<Machine> CreateAgain(const std::string& token);
  // Until it is given, with time between the attempts.
  Result<Machine> CreateUntilGiven(const std::string& token);
  // A new machine, when it runs. Fails the test when it never does.
  Machine Running(const std::string& token);
  // The same for one that was created before.
  Machine Await(const std::string& token, const std::string& machine_id);
  std::vector<Machine> RunningOnes(int count);  // tokens "token-1", …

  // By its id, or with an empty one by its token alone.
  Result<Machine> Find(const std::string& token, const std::string& machine_id = "");
  Result<MachineList> List() { return provider().List(kOwner); }
  Result<Done> Delete(const Machine& machine) {
    return provider().Delete(machine.id, machine.location);
  }
  // Everything that can be asked of `operation`, as its error; nothing when it went well.
  std::optional<Error> Call(Operation operation, const Machine& machine);

  // After time has passed: nobody says that the machine is still there.
  void ExpectGone(const Machine& machine);

 private:
  std::unique_ptr<Subject> subject_;
  int asked_for_ = 0;  // misfortunes
  int met_ = 0;
};

inline void PrintTo(const SubjectKind& kind, std::ostream* out) { *out << kind.name; }

std::vector<std::string> Tokens(const std::vector<Machine>& machines);  // sorted

}  // namespace spillway::conformance

// Runs the tests of a suite on every subject: Kit/Life.Name/aws.
#define SPILLWAY_ON_EVERY_SUBJECT(suite)                                                  \
  INSTANTIATE_TEST_SUITE_P(Kit, suite,                                                    \
                           ::testing::ValuesIn(spillway::conformance::Subjects().begin(), \
                                               spillway::conformance::Subjects().end()),  \
                           [](const auto& subject) { return subject.param.name; })
