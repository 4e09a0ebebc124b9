#include "policies/signal_config.h"

#include <gmock/gmock.h>

#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(SignalConfig, ReadsEveryKey) {
  ConfigText text(R"(
metric: cpu
name: busy
where: {role: worker, zone: a}
function: quantile
quantile: 0.9
window: 2m
group_by: host
within: max
across: quantile
across_quantile: 0.5
max_age: 3m
forget_after: 10m
)");
  const SignalSpec spec = ParseSignal(text.document.Root());
  const SignalSpec expected = {.name = "busy",
                               .metric = "cpu",
                               .where = {{"role", "worker"}, {"zone", "a"}},
                               .function = WindowFunction::kQuantile,
                               .quantile = 0.9,
                               .window = 2min,
                               .group_by = "host",
                               .within = Combine::kMax,
                               .across = Combine::kQuantile,
                               .across_quantile = 0.5,
                               .max_age = 3min,
                               .forget_after = 10min};
  EXPECT_EQ(spec, expected);
  EXPECT_THAT(text.Errors(), IsEmpty());
}

TEST(SignalConfig, NeedsOnlyAMetricWhichGivesTheName) {
  ConfigText text("metric: cpu");
  SignalSpec expected;
  expected.name = expected.metric = "cpu";
  EXPECT_EQ(ParseSignal(text.document.Root()), expected);
  EXPECT_THAT(text.Errors(), IsEmpty());
}

TEST(SignalConfig, ALongMaxAgeIsRememberedAsLong) {
  ConfigText text("{metric: cpu, max_age: 1h}");
  EXPECT_EQ(ParseSignal(text.document.Root()).forget_after, 1h);
  EXPECT_THAT(text.Errors(), IsEmpty());
}

TEST(SignalConfig, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{window: 60s}", "metric: is required"},
      {"{metric: cpu, function: median}", "function: expected one of last, mean"},
      {"{metric: cpu, function: quantile, quantile: 95}", "quantile: expected a number from 0"},
      {"{metric: cpu, quantile: 0.9}", "quantile: has an effect only with function: quantile"},
      {"{metric: cpu, within: sum}", "within: has an effect only with group_by"},
      {"{metric: cpu, group_by: host, across: pool}", "group_by: has an effect only with"},
      {"{metric: cpu, group_by: host, within: pool}", "within: expected one of mean, sum"},
      {"{metric: cpu, window: 0s}", "window: expected a duration of 1ms or more"},
      {"{metric: cpu, max_age: 2m, forget_after: 1m}", "forget_after: expected at least max_age"},
      {"{metric: cpu, windw: 60s}", "windw: unknown key (did you mean window?)"},
  };
  for (const auto& [yaml, expected] : cases) {
    ConfigText text(yaml);
    (void)ParseSignal(text.document.Root());
    EXPECT_THAT(text.Errors(), ElementsAre(HasSubstr(expected))) << yaml;
  }
}

}  // namespace
}  // namespace spillway
