// Plays every file of this folder, as `spillway policy test` does.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "scaler/app/scenario_file.h"
#include "scaler/cli/scenario_view.h"
#include "tests/support/paths.h"

namespace spillway::testing {
namespace {

std::vector<std::string> ScenarioNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath("tests/scenarios"))) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() == ".yaml" && path.stem() != "base") names.push_back(path.stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Scenarios : public ::testing::TestWithParam<std::string> {};

TEST_P(Scenarios, ComeOutAsWritten) {
  const Scenario scenario = ReadScenarioFile(SourcePath("tests/scenarios/") + GetParam() + ".yaml");
  const std::vector<PlayedStep> played = Play(scenario);
  EXPECT_TRUE(Passed(played)) << FailedSteps(played, scenario.start, {});
}

INSTANTIATE_TEST_SUITE_P(Files, Scenarios, ::testing::ValuesIn(ScenarioNames()),
                         [](const auto& file) { return file.param; });

}  // namespace
}  // namespace spillway::testing
