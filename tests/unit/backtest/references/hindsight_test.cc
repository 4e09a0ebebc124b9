#include <gtest/gtest.h>

#include "scaler/backtest/outcome.h"
#include "scaler/backtest/policy_spec.h"
#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

Outcome OutcomeOf(const std::string& policy, const Course& course, const BacktestModel& model) {
  const Optimum optimum = OptimumOf(course, model);
  return Score(course, model, optimum,
               RunLive(course, model, PolicySpec::Read(policy).Make({course, model, optimum})),
               policy);
}

TEST(Static, IsTheSmallestFleetThatKeepsTheBudget) {
  // Of ten steps one may be violated, so the need of 9 is given up and 4 hosts are enough.
  std::vector<double> load(10, 4);
  load[5] = 9;
  Course course = ACourse(load);
  BacktestModel model;
  model.violation_budget = 0.1;
  const Optimum nothing;
  const auto hosts = [&] {
    const FleetHistory run =
        RunDirect(course, model, *PolicySpec::Read("static").Make({course, model, nothing})[0]);
    return run.ready.back();
  };
  EXPECT_EQ(hosts(), 4);
  model.violation_budget = 0.09;
  EXPECT_EQ(hosts(), 9);
}

TEST(Clairvoyant, ReachesTheOptimumThroughTheControlLoop) {
  for (const double budget : {0.0, 0.005, 0.05}) {
    BacktestModel model;
    model.violation_budget = budget;
    Course course = AWanderingCourse(5, 4000, 30);
    course.scored_from = 1000;
    const Outcome outcome = OutcomeOf("clairvoyant", course, model);
    EXPECT_LE(outcome.violated_share, budget);
    EXPECT_GE(outcome.cost_ratio, 0.995) << budget;
    EXPECT_LE(outcome.cost_ratio, 1.005) << budget;
    EXPECT_LE(outcome.dual_bound, outcome.optimum);
  }
}

TEST(AnyPolicy, ThatKeepsTheBudgetCostsNoLessThanTheBound) {
  const Course course = AWanderingCourse(6, 4000, 30);
  BacktestModel model;
  model.violation_budget = 0.05;
  for (const char* policy : {"static", "hpa{target: 0.3}", "hpa{target: 0.2}"}) {
    const Outcome outcome = OutcomeOf(policy, course, model);
    ASSERT_TRUE(outcome.keeps_budget()) << policy;
    EXPECT_GE(outcome.cost, outcome.dual_bound) << policy;
  }
}

}  // namespace
}  // namespace spillway
