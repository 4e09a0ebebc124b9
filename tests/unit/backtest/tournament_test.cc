#include "scaler/backtest/tournament.h"

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <set>

#include "scaler/backtest/parallel.h"
#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;

TournamentPlan APlan(const std::string& policies, int jobs = 1) {
  TournamentPlan plan;
  plan.courses = {AWanderingCourse(1, 3000, 20), AWanderingCourse(2, 3000, 20)};
  plan.courses[1].name = "another";
  for (Course& course : plan.courses) course.scored_from = 300;
  plan.policies = PolicySpec::ReadList(policies);
  plan.model.violation_budget = 0.05;
  plan.jobs = jobs;
  return plan;
}

std::vector<Bout> BoutsOf(const TournamentPlan& plan) {
  return RunTournament(plan, [](std::size_t, std::size_t) {});
}

TEST(Tournament, ComesOutTheSameOnOneThreadAndOnMany) {
  const auto figures = [](const std::vector<Bout>& bouts) {
    std::string text;
    for (const Bout& bout : bouts) {
      nlohmann::json object = ToJson(bout.outcome);
      object.erase("decision_us");
      text += object.dump() + "\n";
    }
    return text;
  };
  EXPECT_EQ(figures(BoutsOf(APlan("hpa,static,nomad"))),
            figures(BoutsOf(APlan("hpa,static,nomad", 5))));
}

TEST(Tournament, IsInTheOrderOfThePlanAndTellsHowFarItIs) {
  const TournamentPlan plan = APlan("hpa,static");
  std::size_t last = 0;
  const std::vector<Bout> bouts = RunTournament(plan, [&](std::size_t done, std::size_t all) {
    EXPECT_EQ(done, last + 1);
    EXPECT_EQ(all, 6U);
    last = done;
  });
  EXPECT_EQ(last, 6U);
  ASSERT_EQ(bouts.size(), 4U);
  EXPECT_EQ(bouts[1].outcome.policy, "static");
  EXPECT_EQ(bouts[2].outcome.trace, "another");
}

TEST(Tournament, TuningTakesTheCheapestSettingsThatKeepTheBudget) {
  TournamentPlan plan = APlan("google_mig");
  plan.is_tuned = true;
  for (const Bout& tuned : BoutsOf(plan)) {
    ASSERT_FALSE(tuned.settings.empty());
    EXPECT_TRUE(tuned.outcome.keeps_budget());
    TournamentPlan named =
        APlan("google_mig{target: 0.2},google_mig{target: 0.5}," + tuned.settings);
    named.courses = {plan.courses[tuned.course]};
    const std::vector<Bout> others = BoutsOf(named);
    EXPECT_DOUBLE_EQ(others[2].outcome.cost, tuned.outcome.cost);
    for (const Bout& other : others) {
      if (other.outcome.keeps_budget()) {
        EXPECT_GE(other.outcome.cost, tuned.outcome.cost);
      }
    }
  }
}

TEST(Tournament, WhereNoSettingKeepsTheBudgetTheBestStaticFleetStandsIn) {
  TournamentPlan plan = APlan("react");
  plan.model.violation_budget = 0;
  plan.is_tuned = true;
  for (const Bout& bout : BoutsOf(plan)) {
    EXPECT_EQ(bout.settings, "static");
    EXPECT_EQ(bout.outcome.violated_share, 0);
  }
}

TEST(Tournament, AWrongPolicyIsToldBeforeAnythingRuns) {
  bool has_begun = false;
  EXPECT_THROW(RunTournament(APlan("hpa,nomad{target: -1}"),
                             [&](std::size_t, std::size_t) { has_begun = true; }),
               PolicySpecError);
  EXPECT_FALSE(has_begun);
}

// The keys that others parse.
TEST(Outcome, AsJsonHasTheDocumentedKeys) {
  const nlohmann::json object = ToJson(BoutsOf(APlan("hpa"))[0].outcome);
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  EXPECT_EQ(keys, (std::set<std::string>{"trace", "policy", "boot_s", "violation_budget",
                                         "violated_share", "cost", "optimum", "cost_ratio",
                                         "theta_u", "theta_o", "tau_u", "tau_o", "instability",
                                         "jitter_per_hour", "launches_per_day", "decision_us",
                                         "dual_bound", "scored_days"}));
  EXPECT_DOUBLE_EQ(object["cost_ratio"].get<double>(),
                   object["cost"].get<double>() / object["optimum"].get<double>());
}

TEST(Parallel, DoesEachTaskOnceAndPassesAnErrorOn) {
  std::vector<std::atomic<int>> times(200);
  ForEachInParallel(times.size(), 7, [&](std::size_t i) { ++times[i]; });
  for (const auto& time : times) EXPECT_EQ(time, 1);
  EXPECT_THROW(ForEachInParallel(50, 3,
                                 [](std::size_t i) {
                                   if (i == 20) throw std::runtime_error("twenty");
                                 }),
               std::runtime_error);
}

}  // namespace
}  // namespace spillway
