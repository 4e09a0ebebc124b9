// What a scenario file can say, and what it is told when it is wrong. That whole scenarios come out
// as written is proved in tests/scenarios.
#include "scaler/app/scenario_file.h"

#include <gmock/gmock.h>

#include "tests/support/paths.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kBusy = R"(
about: A busy cluster.
cluster:
  policies:
    - name: busy
      type: threshold
      signal: {metric: cpu, function: last}
      steps: [{from: 0.8, change: {hosts: 2}}]
hosts: [{id: h1, pool: home}]
)";

class ScenarioFile : public ::testing::Test {
 protected:
  std::vector<PlayedStep> Played(const std::string& rest) {
    return Play(ReadScenarioFile(scratch_.Write("case.yaml", kBusy + rest)));
  }
  std::string ErrorOf(const std::string& text) {
    try {
      ReadScenarioFile(scratch_.Write("case.yaml", text));
    } catch (const ScenarioError& error) {
      return error.what();
    }
    return "none";
  }

  const ScratchDir scratch_;
};

TEST_F(ScenarioFile, NeedsNoMoreThanPoliciesSamplesAndSteps) {
  const auto played = Played(R"(
samples: [{at: 0s, metric: cpu, value: 0.9}]
steps:
  - at: 10s
    expect:
      verdict: grow
      wanted_hosts: 3
      recommendations: {busy: {kind: target, hosts: 3, may_shrink: true, reason: threshold_grow}}
      take: [{offer: home/somewhere/host, count: 2}]
)");
  ASSERT_EQ(played.size(), 1u);
  EXPECT_THAT(played[0].mismatches, ElementsAre());
}

TEST_F(ScenarioFile, TellsWhatWasExpectedBesideWhatCameOut) {
  const auto played = Played(R"(
samples: [{at: 0s, metric: cpu, value: 0.9}]
steps:
  - at: 10s
    expect:
      verdict: hold
      wanted_hosts: 2
      ready_hosts: 7
      recommendations: {busy: {hosts: 2}, idle: {hosts: 1}}
      give_back: [h1]
      reasons: [cooldown_in]
)");
  ASSERT_EQ(played.size(), 1u);
  EXPECT_THAT(played[0].mismatches,
              ElementsAre(Mismatch{"verdict", "hold", "grow"},
                          Mismatch{"recommendations.busy.hosts", "2", "3"},
                          Mismatch{"recommendations.idle", "a recommendation", "no such policy"},
                          Mismatch{"wanted_hosts", "2", "3"}, Mismatch{"ready_hosts", "7", "1"},
                          Mismatch{"take", "nothing", "2 x home/somewhere/host"},
                          Mismatch{"give_back", "h1", "nothing"},
                          Mismatch{"reasons", "cooldown_in", "threshold_grow, won"}));
}

TEST_F(ScenarioFile, HostsTakeTheTimeThatItSaysAndEvaluationsGoOnBetweenTheSteps) {
  const auto played = Played(R"(
time_to_ready: 2m
evaluate_every: 10s
samples:
  - {from: 0s, to: 1m, metric: cpu, value: 0.7, goes_to: 0.9} # 0.8 at 30s
  - {from: 70s, to: 10m, metric: cpu, value: 0.5}
steps:
  - {at: 20s, expect: {verdict: hold, wanted_hosts: 1}}
  - {at: 1m, expect: {wanted_hosts: 3, ready_hosts: 1}}
  - {at: 140s, expect: {ready_hosts: 1}}
  - {at: 155s, expect: {ready_hosts: 3}}
)");
  ASSERT_EQ(played.size(), 4u);
  for (const PlayedStep& step : played) EXPECT_THAT(step.mismatches, ElementsAre());
}

TEST_F(ScenarioFile, PlaysTheClusterOfAConfiguration) {
  const std::string text = R"(
about: What the least that runs does.
config: )" + SourcePath("config/minimal.yaml") +
                           R"(
start: "2026-05-01T00:00:00Z"
samples: [{at: 0s, metric: demand, value: 3}]
steps:
  - at: 1s
    expect: {verdict: grow, wanted_hosts: 3, take: [{offer: lab/somewhere/host, count: 3}]}
)";
  const Scenario scenario = ReadScenarioFile(scratch_.Write("case.yaml", text));
  const auto played = Play(scenario);
  ASSERT_EQ(played.size(), 1u);
  EXPECT_THAT(played[0].mismatches, ElementsAre());
  EXPECT_EQ(played[0].record.decision.time,
            Time(std::chrono::sys_days(std::chrono::year(2026) / 5 / 1)) + 1s);
}

TEST_F(ScenarioFile, LiesOverTheFileThatItNames) {
  scratch_.Write("below.yaml", R"(
about: Below.
providers: {home: onprem}
cluster:
  name: edge
  workload: virtual_servers
  hypervisor: kvm
  registrar: one
  host_size: {vcpu: 8, memory: 32GiB}
  limits: {hosts: {max: 5}}
  ladder: [{name: home, provider: home, max_hosts: 5}]
  policies:
    - {name: four, type: manual, hosts: 4}
)");
  const Scenario scenario = ReadScenarioFile(scratch_.Write("case.yaml", R"(
base: below.yaml
about: Another story.
cluster: {limits: {hosts: {max: 3}}}
steps: [{at: 1s, expect: {wanted_hosts: 3, reasons: [maximum]}}]
)"));
  EXPECT_EQ(scenario.about, "Another story.");
  EXPECT_THAT(Play(scenario)[0].mismatches, ElementsAre());
}

TEST_F(ScenarioFile, TellsAllThatIsWrongWithPlaces) {
  const std::string wrong = kBusy + std::string(R"(
samples: [{metric: cpu, value: high, at: 1s}]
steps:
  - {at: 5s, expect: {verdicts: grow}}
  - {at: 5s, expect: {}}
)");
  EXPECT_THAT(ErrorOf(wrong), AllOf(HasSubstr("case.yaml"), HasSubstr("samples[0].value (line 11)"),
                                    HasSubstr("steps[0].expect.verdicts (line 13)"),
                                    HasSubstr("steps[1].at (line 14): expected a later time")));
  EXPECT_THAT(ErrorOf("about: nothing"), HasSubstr("expected at least one step"));
  EXPECT_THAT(ErrorOf("[1, 2]"), HasSubstr("expected a mapping"));
  EXPECT_THAT(ErrorOf("about: {"), HasSubstr("case.yaml"));
  EXPECT_THAT(ErrorOf("{about: x, config: nowhere.yaml, steps: [{at: 1s}]}"),
              HasSubstr("nowhere.yaml"));
}

}  // namespace
}  // namespace spillway
