#include "policies/threshold/threshold.h"

#include <gmock/gmock.h>

#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kSteps = R"(
signal: {metric: cpu}
steps:
  - {from: 0.8, to: 0.9, change: {hosts: 1}}
  - {from: 0.9, change: {percent: 50}}
  - {from: 0.1, to: 0.3, change: {hosts: -1}}
  - {to: 0.1, change: {percent: -50}}
)";

TEST(Threshold, TakesTheStepInWhichTheValueLies) {
  const ParsedPolicy parsed = ParsePolicy("threshold", kSteps);
  ASSERT_THAT(parsed.errors, IsEmpty());
  struct Case {
    std::string what;
    double value;
    std::int64_t ready, coming, wanted;
    std::string code;
  };
  const std::vector<Case> cases = {
      {"in a step", 0.85, 4, 0, 5, "threshold_grow"},
      {"its lower bound belongs to it", 0.8, 4, 0, 5, "threshold_grow"},
      {"its upper bound belongs to the next", 0.9, 4, 0, 6, "threshold_grow"},
      {"an open end", 1e9, 4, 0, 6, "threshold_grow"},
      {"a percentage moves a host at least", 0.95, 1, 0, 2, "threshold_grow"},
      {"a percentage of nothing too", 0.95, 0, 0, 1, "threshold_grow"},
      {"does not compound while hosts come", 0.95, 4, 2, 6, "threshold_grow"},
      {"goes on from where they arrived", 0.95, 6, 0, 9, "threshold_grow"},
      {"does not call off what a higher step ordered", 0.85, 4, 3, 7, "threshold_grow"},
      {"between the steps", 0.5, 4, 2, 6, "threshold_hold"},
      {"shrinks", 0.2, 4, 0, 3, "threshold_shrink"},
      {"shrinking calls off what is coming", 0.2, 4, 3, 3, "threshold_shrink"},
      {"shrinking by a percentage keeps the larger half", 0.0, 5, 0, 3, "threshold_shrink"},
      {"never below nothing", 0.2, 0, 0, 0, "threshold_shrink"},
      {"below zero is below 0.1", -3.0, 4, 0, 2, "threshold_shrink"},
  };
  for (const Case& c : cases) {
    const auto r = Evaluate(*parsed.policy, AView(c.ready, c.coming), {ASignal(c.value)});
    EXPECT_EQ(r.kind, RecommendationKind::kTarget) << c.what;
    EXPECT_EQ(HostsFor(r.wanted, kHostSize), c.wanted) << c.what;
    EXPECT_EQ(r.reason.code, c.code) << c.what;
    EXPECT_TRUE(r.may_shrink) << c.what;
  }
}

TEST(Threshold, ChangesByACapacity) {
  const ParsedPolicy parsed = ParsePolicy("threshold", R"(
signal: {metric: cpu}
steps:
  - {from: 0.8, change: {capacity: {vcpu: 4, memory: 64GiB}}}
  - {to: 0.2, change: {minus_capacity: {vcpu: 12, memory: 16GiB}}}
)");
  ASSERT_THAT(parsed.errors, IsEmpty());
  const ClusterView one = AView(1);
  EXPECT_EQ(Evaluate(*parsed.policy, one, {ASignal(0.9)}).wanted, (Capacity{12, 96 * 1024}));
  EXPECT_EQ(Evaluate(*parsed.policy, one, {ASignal(0.1)}).wanted, (Capacity{0, 16 * 1024}));
}

TEST(Threshold, SaysTheFiguresInPlainWords) {
  const ParsedPolicy parsed = ParsePolicy("threshold", kSteps);
  const auto grow = Evaluate(*parsed.policy, AView(4), {ASignal(0.87654321987)});
  EXPECT_EQ(grow.reason.text,
            "cpu is 0.8765, in the step 0.8 up to 0.9: grow from 32 vCPU, 128 GiB ready to "
            "40 vCPU, 160 GiB");
  const auto hold = Evaluate(*parsed.policy, AView(4, 1), {ASignal(0.5)});
  EXPECT_EQ(hold.reason.text,
            "cpu is 0.5, outside of all steps: hold the 40 vCPU, 160 GiB that are ready or coming");
}

TEST(Threshold, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"steps: []", "steps: expected at least one step"},
      {"steps: [{from: 0.9, to: 0.8, change: {hosts: 1}}]",
       "steps[0]: expected from to be below to"},
      {"steps: [{from: 0.8, change: {hosts: 1}}, {from: 0.9, change: {hosts: 2}}]",
       "steps[1]: overlaps steps[0]: both have 0.9 and above"},
      {"steps: [{from: 0.8}]", "steps[0].change: expected exactly one of hosts"},
      {"steps: [{from: 0.8, change: {hosts: 1, percent: 5}}]",
       "steps[0].change: expected exactly one of hosts"},
      {"steps: [{from: 0.8, change: {hosts: 0}}]",
       "steps[0].change: expected a change other than zero"},
      {"steps: [{from: 0.8, change: {percent: -150}}]",
       "steps[0].change.percent: expected a number from -100.0 to 1000.0"},
      {"steps: [{from: 0.8, change: {hosts: 1}, until: 5}]", "steps[0].until: unknown key"},
  };
  for (const auto& [steps, expected] : cases) {
    const auto parsed = ParsePolicy("threshold", "signal: {metric: cpu}\n" + steps);
    EXPECT_THAT(parsed.errors, ElementsAre(HasSubstr(expected))) << steps;
  }
}

}  // namespace
}  // namespace spillway
