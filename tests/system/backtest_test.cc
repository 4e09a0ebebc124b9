// `spillway backtest` as a program: its output, its exit codes, its page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/scratch_dir.h"

namespace spillway::testing {
namespace {

using ::testing::HasSubstr;

constexpr int kUsage = 2;
constexpr int kBadConfig = 3;

// Three days, of a point a minute, with an office day in each.
std::string ATrace() {
  std::ostringstream text;
  text << "# made up\ntimestamp_s,value\n";
  for (int minute = 0; minute < 3 * 24 * 60; ++minute) {
    const int hour = minute / 60 % 24;
    text << minute * 60 << "," << (hour >= 8 && hour < 18 ? 900 + minute % 37 : 100) << "\n";
  }
  return text.str();
}

Finished Backtest(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {BuiltPath("spillway"), "backtest"});
  return RunToEnd({.arguments = arguments, .environment = {}, .largest_file = std::nullopt});
}

TEST(Backtest, GivesAnObjectForEachTraceAndPolicy) {
  const ScratchDir folder;
  folder.Write("a.csv", ATrace());
  folder.Write("b.csv", ATrace());
  const Finished run = Backtest({folder.path(), "--compare", "static,hpa{target: 0.6}", "--boot",
                                 "2m", "--budget", "1%", "--output", "json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto outcomes = nlohmann::json::parse(run.out);
  ASSERT_EQ(outcomes.size(), 4U);
  EXPECT_EQ(outcomes[3]["trace"], "b");
  EXPECT_EQ(outcomes[3]["policy"], "hpa{target: 0.6}");
  EXPECT_EQ(outcomes[0]["boot_s"], 120);
  EXPECT_EQ(outcomes[0]["violation_budget"], 0.01);
  EXPECT_LE(outcomes[0]["violated_share"], 0.01) << "static is the best that keeps the budget";
}

TEST(Backtest, IsTheSameEachTime) {
  const ScratchDir folder;
  const std::string trace = folder.Write("a.csv", ATrace());
  const auto figures = [&] {
    const Finished run = Backtest({trace, "--policy", "hpa", "--boot-sigma", "0.5",
                                   "--start-failures", "10%", "--output", "json"});
    auto outcomes = nlohmann::json::parse(run.out);
    outcomes[0].erase("decision_us");
    return outcomes.dump();
  };
  EXPECT_EQ(figures(), figures());
}

TEST(Backtest, SweepsASettingAndDrawsItsFrontier) {
  const ScratchDir folder;
  const std::string trace = folder.Write("a.csv", ATrace());
  const std::string page = folder.File("page.html");
  const Finished run =
      Backtest({trace, "--policy", "hpa", "--sweep", "target=0.4..0.8:3", "--report", page});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("hpa{target: 0.6}"));
  EXPECT_THAT(run.out, HasSubstr("A: hpa with target from 0.4 to 0.8"));
  std::stringstream html;
  html << std::ifstream(page).rdbuf();
  EXPECT_THAT(html.str(), HasSubstr("hpa{target: 0.8}"));
}

TEST(Backtest, SaysWhatIsWrongAndWhere) {
  const ScratchDir folder;
  const std::string trace = folder.Write("a.csv", ATrace());
  const std::string torn = folder.Write("torn.csv", "0,1\nhello\n");
  struct Case {
    std::vector<std::string> arguments;
    int exit_code;
    std::string message;
  };
  const Case kCases[] = {
      {{trace, "--policy", "hpaa"}, kBadConfig, "\"hpaa\" is no kind of policy"},
      {{trace, "--policy", "hpa{target: no}"}, kBadConfig, "hpa{target: no}: target: expected"},
      {{torn}, 1, "torn.csv, line 2: expected two numbers"},
      {{"/nowhere.csv"}, 1, "/nowhere.csv: expected a trace"},
      {{trace, "--budget", "150%"}, kUsage, "expected a share such as 0.5% or 0.005"},
      {{trace, "--boot", "soon"}, kUsage, "expected a duration such as 90s"},
      {{trace, "--sweep", "target"}, kUsage, "expected KEY=FROM..TO[:N]"},
      {{trace, "--report", "/nowhere/page.html"}, 1, "/nowhere/page.html: cannot write"},
      {{}, kUsage, "trace"},
  };
  for (const Case& c : kCases) {
    const Finished run = Backtest(c.arguments);
    EXPECT_EQ(run.exit_code, c.exit_code) << c.message;
    EXPECT_THAT(run.err, HasSubstr(c.message));
  }
}

// The sheet that the model comes from has measured these: what knowing the future costs.
TEST(Backtest, TheOptimumOfRealTracesIsWithinAFewPercentOfTheBareNeed) {
  const std::string traces = SourcePath("../shared/traces");
  if (!std::filesystem::exists(traces)) GTEST_SKIP() << "needs the real traces in " << traces;
  const Finished run = Backtest({traces, "--policy", "clairvoyant", "--output", "json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto outcomes = nlohmann::json::parse(run.out);
  EXPECT_EQ(outcomes.size(), 5U);
  for (const auto& outcome : outcomes) {
    EXPECT_NEAR(outcome["cost_ratio"], 1, 0.01) << outcome;
    EXPECT_LE(outcome["violated_share"], 0.005) << outcome;
    EXPECT_GE(outcome["dual_bound"], 0.98 * outcome["optimum"].get<double>()) << outcome;
  }
}

}  // namespace
}  // namespace spillway::testing
