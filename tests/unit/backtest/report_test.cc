#include "scaler/backtest/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "tests/unit/backtest/course_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

nlohmann::json DataOf(const std::string& page) {
  const std::string before = "const R = ";
  const std::size_t from = page.find(before) + before.size();
  return nlohmann::json::parse(page.substr(from, page.find(";\nconst INK", from) - from));
}

TournamentPlan APlan(std::size_t steps) {
  TournamentPlan plan;
  plan.courses = {AWanderingCourse(1, steps, 9)};
  plan.courses[0].name = "</script><b>";
  plan.courses[0].scored_from = steps / 4;
  plan.policies = PolicySpec::ReadList("static,hpa");
  plan.keeps_runs = true;
  return plan;
}

std::string PageOf(const TournamentPlan& plan) {
  return ReportHtml(plan, RunTournament(plan, [](std::size_t, std::size_t) {}), std::nullopt);
}

TEST(Report, NeedsNothingElse) {
  const std::string page = PageOf(APlan(400));
  for (const char* outside : {"src=", "<link", "@import", "fetch("}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
}

TEST(Report, NamesOfTracesCannotEndTheScript) {
  const std::string page = PageOf(APlan(400));
  EXPECT_THAT(page, Not(HasSubstr("</script><b>")));
  EXPECT_EQ(DataOf(page)["traces"][0]["name"], "</script><b>");
}

TEST(Report, HoldsEachScoredStepOnceHoweverLongTheTraceIs) {
  for (const std::size_t steps : {400U, 9000U}) {
    const TournamentPlan plan = APlan(steps);
    const nlohmann::json trace = DataOf(PageOf(plan))["traces"][0];
    EXPECT_LE(trace["need"].size(), 2400U);
    EXPECT_EQ(trace["need"].size(), trace["bouts"][1]["ready"].size());
    for (const auto& bout : trace["bouts"]) {
      const auto counts = bout["violated"].get<std::vector<int>>();
      const double violated = std::accumulate(counts.begin(), counts.end(), 0.0);
      const auto scored = static_cast<double>(plan.courses[0].scored());
      EXPECT_DOUBLE_EQ(violated / scored, bout["outcome"]["violated_share"].get<double>());
      EXPECT_NEAR(bout["cost"].back().get<double>(), bout["outcome"]["cost"].get<double>(), 0.01);
    }
  }
}

}  // namespace
}  // namespace spillway
