// The control loop as it runs live does exactly what the model of the backtest says, step by step.
#include "scaler/backtest/run.h"

#include <gtest/gtest.h>

#include <cmath>

#include "scaler/backtest/policy_spec.h"
#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

void ExpectSame(const FleetHistory& live, const FleetHistory& direct) {
  EXPECT_EQ(live.ready, direct.ready);
  EXPECT_EQ(live.booting, direct.booting);
  EXPECT_EQ(live.launches, direct.launches);
  ASSERT_EQ(live.paid.size(), direct.paid.size());
  for (std::size_t k = 0; k < live.paid.size(); ++k) {
    ASSERT_NEAR(live.paid[k], direct.paid[k], 1e-6) << "step " << k;
  }
}

struct ModelCase {
  const char* name;
  Duration boot;
  Billing billing;
};

constexpr ModelCase kModels[] = {
    {"90 s", 90s, {1s, 60s}},        {"100 s, which is not whole steps", 100s, {1s, 60s}},
    {"one step", 30s, {1s, 60s}},    {"10 min", 10min, {1s, 60s}},
    {"hours billed", 90s, {1h, 1h}}, {"odd minutes billed", 90s, {70s, 200s}},
};

TEST(LiveRun, EqualsTheModelStepForStepForPoliciesOfTheTable) {
  for (const ModelCase& c : kModels) {
    BacktestModel model;
    model.boot = c.boot;
    model.billing = c.billing;
    for (const char* policy : {"static{hosts: 7}", "hpa", "hpa{target: 0.5, up_hosts: 1}",
                               "target_tracking", "target_tracking{tolerance: 0, target: 0.6}"}) {
      SCOPED_TRACE(std::string(c.name) + ", " + policy);
      const Course course = AWanderingCourse(7, 1500, 20);
      const Optimum nothing;
      const ReferenceContext context{course, model, nothing};
      const PolicySpec spec = PolicySpec::Read(policy);
      ExpectSame(RunLive(course, model, spec.Make(context)),
                 RunDirect(course, model, *spec.Make(context)[0]));
    }
  }
}

// Whatever it is told, also what no sane policy says.
TEST(LiveRun, EqualsTheModelForOneThatWantsAnything) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    BacktestModel model;
    model.boot = 30s * static_cast<int>(1 + seed % 5);
    const Course course = ACourse(std::vector<double>(400, 1.0));
    const Optimum nothing;
    const ReferenceContext context{course, model, nothing};
    const auto anything = [seed] {
      return [luck = std::make_shared<Random>(seed)](const Sight&) {
        return static_cast<std::int64_t>(luck->Below(12));
      };
    };
    Policies policies;
    policies.push_back(std::make_unique<Told>(context, anything()));
    Told same(context, anything());
    ExpectSame(RunLive(course, model, std::move(policies)), RunDirect(course, model, same));
  }
}

// By hand: 90 s of boot, and a need that is seen a step late.
TEST(LiveRun, LaunchesBeforeAStepAreReadyAfterTheirBoot) {
  const Course course = ACourse({1, 1, 3, 3, 3, 3, 1, 1, 1, 1});
  const Optimum nothing;
  Policies policies;
  policies.push_back(std::make_unique<Told>(
      ReferenceContext{course, {}, nothing},
      [](const Sight& sight) { return static_cast<std::int64_t>(std::ceil(sight.load)); }));
  const FleetHistory run = RunLive(course, {}, std::move(policies));
  EXPECT_EQ(run.ready, (std::vector<std::int32_t>{0, 0, 0, 1, 1, 1, 3, 1, 1, 1}));
  EXPECT_EQ(run.booting, (std::vector<std::int32_t>{1, 1, 1, 2, 2, 2, 0, 0, 0, 0}));
  EXPECT_EQ(run.launches, (std::vector<std::int32_t>{1, 0, 0, 2, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(run.paid, (std::vector<double>{30, 30, 30, 90, 90, 90, 90, 30, 30, 30}));
}

TEST(LiveRun, AsksOnceInEachStepWhateverHostsDo) {
  const Course course = AWanderingCourse(9, 500, 12);
  const Optimum nothing;
  auto asked_at = std::make_shared<std::vector<Time>>();
  Policies policies;
  policies.push_back(
      std::make_unique<Told>(ReferenceContext{course, {}, nothing}, [asked_at](const Sight& sight) {
        asked_at->push_back(sight.now);
        return WholeHosts(sight.load);
      }));
  RunLive(course, {}, std::move(policies));
  std::vector<Time> each;
  for (std::size_t k = 1; k < course.size(); ++k) each.push_back(course.At(k));
  EXPECT_EQ(*asked_at, each);
}

TEST(LiveRun, BootTimesThatVaryAndLaunchesThatFailHangOnTheSeedAlone) {
  BacktestModel model;
  model.boot_sigma = 0.4;
  model.start_failures = 0.2;
  const Course course = AWanderingCourse(3, 1200, 12);
  const Optimum nothing;
  const auto run = [&](std::uint64_t seed) {
    model.seed = seed;
    FleetHistory r = RunLive(course, model, PolicySpec::Read("hpa").Make({course, model, nothing}));
    r.decision_us = 0;
    return r;
  };
  const FleetHistory first = run(1);
  EXPECT_EQ(first, run(1));
  EXPECT_NE(first, run(2));
}

}  // namespace
}  // namespace spillway
