#include "tests/conformance/conformance.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace spillway::conformance {
namespace {

using std::chrono::seconds;

// Attempts of what needs time between them.
constexpr int kAttempts = 10;

// A hang is waited for; everything else is given time even on a busy machine.
Duration LongestCall(Misfortune misfortune) {
  return misfortune == Misfortune::kHang ? seconds(1) : seconds(30);
}

bool IsGone(const Result<Machine>& found) {
  return found ? found->state == MachineState::kGone : found.error().kind == ErrorKind::kNotFound;
}

}  // namespace

std::string_view Name(Operation operation) {
  switch (operation) {
    case Operation::kOffers: return "offers";
    case Operation::kCreate: return "create";
    case Operation::kFind: return "find";
    case Operation::kList: return "list";
    case Operation::kDelete: return "delete";
  }
  return "";
}

std::string_view Name(Misfortune misfortune) {
  switch (misfortune) {
    case Misfortune::kThrottled: return "throttled";
    case Misfortune::kServerError: return "server error";
    case Misfortune::kLostRequest: return "lost request";
    case Misfortune::kLostAnswer: return "lost answer";
    case Misfortune::kHang: return "hang";
    case Misfortune::kCutAnswer: return "cut answer";
    case Misfortune::kGarbledAnswer: return "garbled answer";
    case Misfortune::kDenied: return "denied";
    case Misfortune::kIndiscreet: return "indiscreet";
    case Misfortune::kNoCapacity: return "no capacity";
    case Misfortune::kQuota: return "quota";
  }
  return "";
}

std::span<const Misfortune> MisfortunesOfAnyCall() {
  using enum Misfortune;
  static constexpr std::array kAny = {kThrottled, kServerError, kLostRequest,   kLostAnswer,
                                      kHang,      kCutAnswer,   kGarbledAnswer, kDenied};
  return kAny;
}

std::span<const Misfortune> MisfortunesOfUnknownOutcome() {
  using enum Misfortune;
  static constexpr std::array kUnknown = {kServerError, kLostRequest, kLostAnswer,
                                          kHang,        kCutAnswer,   kGarbledAnswer};
  return kUnknown;
}

ErrorKind KindOfRepeatable(Misfortune misfortune) {
  if (misfortune == Misfortune::kThrottled) return ErrorKind::kThrottled;
  if (misfortune == Misfortune::kDenied) return ErrorKind::kDenied;
  return ErrorKind::kTransient;
}

void Conformance::Open(Misfortune misfortune) {
  subject_.reset();
  subject_ = GetParam().make(LongestCall(misfortune));
}

void Conformance::TearDown() {
  if (asked_for_ > 0 && met_ == 0) GTEST_SKIP() << "no such misfortune";
}

bool Conformance::Meet(Operation operation, Misfortune misfortune, Turn turn) {
  ++asked_for_;
  const bool is_met = subject().Meet(operation, misfortune, turn);
  if (is_met) ++met_;
  return is_met;
}

Result<Machine> Conformance::CreateAgain(const std::string& token) {
  MachineSpec spec = Spec(token);
  spec.is_repeated = true;
  return provider().Create(spec);
}

Result<Machine> Conformance::CreateUntilGiven(const std::string& token) {
  Result<Machine> created = CreateAgain(token);
  for (int i = 1; !created && i < kAttempts; ++i) {
    subject().Settle();
    created = CreateAgain(token);
  }
  return created;
}

Machine Conformance::Running(const std::string& token) {
  Result<Machine> created = Create(token);
  if (!created && created.error().kind == ErrorKind::kThrottled) {
    created = CreateUntilGiven(token);
  }
  EXPECT_TRUE(created) << Describe(created.error());
  return created ? Await(token, created->id) : Machine{};
}

Machine Conformance::Await(const std::string& token, const std::string& machine_id) {
  Result<Machine> found = Find(token, machine_id);
  for (int i = 0; i < kAttempts && !(found && found->state == MachineState::kRunning); ++i) {
    subject().Settle();
    found = Find(token, machine_id);
  }
  EXPECT_TRUE(found) << Describe(found.error());
  if (!found) return {};
  EXPECT_EQ(found->state, MachineState::kRunning) << found->state_text;
  return *found;
}

std::vector<Machine> Conformance::RunningOnes(int count) {
  std::vector<Machine> machines;
  for (int i = 1; i <= count; ++i) machines.push_back(Running("token-" + std::to_string(i)));
  return machines;
}

Result<Machine> Conformance::Find(const std::string& token, const std::string& machine_id) {
  return provider().Find(token, Spec(token).location, machine_id);
}

std::optional<Error> Conformance::Call(Operation operation, const Machine& machine) {
  const auto error_of = [](const auto& result) -> std::optional<Error> {
    if (result) return std::nullopt;
    return result.error();
  };
  switch (operation) {
    case Operation::kOffers: return error_of(provider().Offers());
    case Operation::kCreate: return error_of(Create("token-of-a-call"));
    case Operation::kFind: return error_of(Find(machine.token, machine.id));
    case Operation::kList: return error_of(List());
    case Operation::kDelete: return error_of(Delete(machine));
  }
  return std::nullopt;
}

void Conformance::ExpectGone(const Machine& machine) {
  Result<Machine> found = Find(machine.token, machine.id);
  for (int i = 0; !IsGone(found) && i < kAttempts; ++i) {
    subject().Settle();
    found = Find(machine.token, machine.id);
  }
  EXPECT_TRUE(IsGone(found)) << (found ? found->state_text : Describe(found.error()));
  EXPECT_TRUE(IsGone(Find(machine.token))) << "when its id is not known";
  const auto list = List();
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_TRUE(list->is_complete);
  for (const Machine& listed : list->machines) EXPECT_NE(listed.id, machine.id);
}

std::vector<std::string> Tokens(const std::vector<Machine>& machines) {
  std::vector<std::string> tokens;
  for (const Machine& machine : machines) tokens.push_back(machine.token);
  std::sort(tokens.begin(), tokens.end());
  return tokens;
}

}  // namespace spillway::conformance
