#include "scaler/backtest/policy_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scratch_dir.h"
#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::HasSubstr;

Policies Make(const PolicySpec& spec) {
  static const Course course = ACourse({1, 2});
  static const Optimum nothing;
  return spec.Make({course, {}, nothing});
}

std::string ErrorOf(const std::string& text) {
  try {
    Make(PolicySpec::Read(text));
  } catch (const PolicySpecError& error) {
    return error.what();
  }
  return "none";
}

TEST(PolicySpec, FillsInWhatTheBacktestKnowsAndTheKindHasAKeyFor) {
  const Policies tracking = Make(PolicySpec::Read("target_tracking"));
  ASSERT_EQ(tracking.size(), 1U);
  ASSERT_EQ(tracking[0]->signals().size(), 1U);
  EXPECT_EQ(tracking[0]->signals()[0].metric, kBacktestMetric);
  EXPECT_EQ(Make(PolicySpec::Read("manual{kind: floor, hosts: 3}")).size(), 1U);
}

TEST(PolicySpec, ErrorsSayWhichPolicyAndWhere) {
  EXPECT_THAT(ErrorOf("hpaa"), HasSubstr("\"hpaa\" is no kind of policy; there are "));
  EXPECT_THAT(ErrorOf("hpa{targt: 1}"), HasSubstr("hpa{targt: 1}: targt: unknown key"));
  EXPECT_THAT(ErrorOf("hpa{target: -1}"), HasSubstr("above 0"));
  EXPECT_THAT(ErrorOf("target_tracking{kind: load, colour: red}"), HasSubstr("colour"));
  EXPECT_THAT(ErrorOf("hpa{target"), HasSubstr("hpa{target"));
  EXPECT_THAT(ErrorOf("/nowhere/p.yaml"), HasSubstr("/nowhere/p.yaml: expected a policy"));
}

TEST(PolicySpec, ReadsFilesWithOneOrSeveralPolicies) {
  const ScratchDir folder;
  const std::string one = folder.Write("one.yaml", "type: hpa\ntarget: 0.5\n");
  const std::string several = folder.Write("several.yaml",
                                           "policies:\n  - {name: a, type: target_tracking}\n"
                                           "  - {name: b, type: manual, kind: floor, hosts: 2}\n");
  EXPECT_EQ(PolicySpec::Read(one).label(), "one");
  EXPECT_EQ(Make(PolicySpec::Read(one)).size(), 1U);
  EXPECT_EQ(Make(PolicySpec::Read(several)).size(), 2U);
  EXPECT_THAT(ErrorOf(folder.Write("bad.yaml", "target: 1\n")), HasSubstr("with a `type`"));
}

TEST(PolicySpec, AListIsDividedAtCommasOutsideOfBraces) {
  std::vector<std::string> labels;
  for (const PolicySpec& spec : PolicySpec::ReadList("static, hpa{target: 1, tolerance: 0},hpa")) {
    labels.push_back(spec.label());
  }
  EXPECT_THAT(labels, ::testing::ElementsAre("static", "hpa{target: 1, tolerance: 0}", "hpa"));
}

TEST(PolicySpec, WithASettingIsNamedByIt) {
  const PolicySpec spec = PolicySpec::Read("hpa").With("target", 0.5).With("period", "1m");
  EXPECT_EQ(spec.label(), "hpa{period: 1m, target: 0.5}");
  EXPECT_EQ(PolicySpec::Read(spec.label()).label(), spec.label());
}

}  // namespace
}  // namespace spillway
