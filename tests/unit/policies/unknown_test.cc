#include "policies/unknown.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kThreshold = R"(
signal: {metric: cpu}
steps: [{to: 0.5, change: {hosts: -1}}, {from: 0.8, change: {hosts: 1}}]
)";
constexpr auto kTracking = R"(
signal: {metric: cpu}
kind: load
target: 100
)";

std::unique_ptr<Policy> SignalPolicy(std::string_view kind, const std::string& on_unknown) {
  const std::string yaml = kind == "threshold" ? kThreshold : kTracking;
  auto parsed = ParsePolicy(kind, yaml + "on_unknown: " + on_unknown);
  EXPECT_THAT(parsed.errors, IsEmpty());
  return std::move(parsed.policy);
}

Signal Without(SignalState state) {
  Signal signal = ASignal(0);
  signal.state = state;
  signal.age = state == SignalState::kMissing ? 0s : 130s;
  return signal;
}

TEST(OnUnknown, HoldsByDefaultAndSaysWhatIsWithTheSignal) {
  for (const std::string_view kind : {"threshold", "target_tracking"}) {
    const auto policy = SignalPolicy(kind, "hold");
    const auto r = Evaluate(*policy, AView(3), {Without(SignalState::kStale)});
    EXPECT_EQ(r.kind, RecommendationKind::kUnknown);
    EXPECT_TRUE(r.wanted.IsZero());
    EXPECT_FALSE(r.may_shrink);
    EXPECT_EQ(r.reason.code, "signal_stale");
    EXPECT_EQ(r.reason.text,
              "signal cpu is stale: its newest sample is 2 min old, 90 s are allowed");
  }
}

TEST(OnUnknown, NamesEveryState) {
  const auto policy = SignalPolicy("threshold", "hold");
  const auto code = [&](SignalState state) {
    return Evaluate(*policy, AView(3), {Without(state)}).reason.code;
  };
  EXPECT_EQ(code(SignalState::kMissing), "signal_missing");
  EXPECT_EQ(code(SignalState::kStale), "signal_stale");
  EXPECT_EQ(code(SignalState::kNotFinite), "signal_not_finite");
}

TEST(OnUnknown, AddsHostsUpToABound) {
  const auto policy = SignalPolicy("target_tracking", "{add_hosts: 2, up_to_hosts: 4}");
  const auto hosts = [&](std::int64_t ready) {
    const auto r = Evaluate(*policy, AView(ready), {Without(SignalState::kMissing)});
    EXPECT_EQ(r.kind, RecommendationKind::kUnknown);
    return HostsFor(r.wanted, kHostSize);
  };
  EXPECT_EQ(hosts(0), 2);
  EXPECT_EQ(hosts(1), 3);
  EXPECT_EQ(hosts(3), 4);
  EXPECT_EQ(hosts(9), 4);
}

TEST(OnUnknown, NeverRecommendsATargetAndNeverAllowsShrinking) {
  EXPECT_TRUE(rc::check("unknown never shrinks", [] {
    const auto policy =
        SignalPolicy(*rc::gen::element<std::string_view>("threshold", "target_tracking"),
                     *rc::gen::element<std::string>("hold", "{add_hosts: 1}"));
    Signal signal = Without(
        *rc::gen::element(SignalState::kMissing, SignalState::kStale, SignalState::kNotFinite));
    signal.value = *rc::gen::arbitrary<double>();
    const auto r =
        Evaluate(*policy, AView(*rc::gen::inRange(0, 50), *rc::gen::inRange(0, 50)), {signal});
    RC_ASSERT(r.kind == RecommendationKind::kUnknown);
    RC_ASSERT(!r.may_shrink);
  }));
}

TEST(SignalPolicies, APartialSignalMayOnlyGrow) {
  Signal signal = ASignal(0.1);
  signal.state = SignalState::kPartial;
  signal.series = 3;
  signal.silent = 1;
  for (const std::string_view kind : {"threshold", "target_tracking"}) {
    const auto r = Evaluate(*SignalPolicy(kind, "hold"), AView(3), {signal});
    EXPECT_EQ(r.kind, RecommendationKind::kTarget);
    EXPECT_FALSE(r.may_shrink);
    EXPECT_THAT(r.reason.text, HasSubstr("1 of 4 series fell silent, so it may only grow"));
  }
}

TEST(SignalPolicies, HoldUntilTheSignalWouldBeStale) {
  const auto r = Evaluate(*SignalPolicy("threshold", "hold"), AView(3), {ASignal(0.9)}, At(5min));
  EXPECT_EQ(r.valid_until, At(5min) + 90s - 10s + 1ms);
}

TEST(OnUnknown, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"wait", "on_unknown: expected hold or {add_hosts: N, up_to_hosts: M}"},
      {"{add: 2}", "on_unknown.add_hosts: is required"},
      {"{add_hosts: 0}", "on_unknown.add_hosts: expected an integer from 1"},
      {"[2]", "on_unknown: expected a mapping"},
  };
  for (const auto& [on_unknown, expected] : cases) {
    const auto parsed =
        ParsePolicy("threshold", std::string(kThreshold) + "on_unknown: " + on_unknown);
    EXPECT_THAT(parsed.errors, ::testing::Contains(HasSubstr(expected))) << on_unknown;
  }
}

}  // namespace
}  // namespace spillway
