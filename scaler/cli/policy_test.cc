#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "scaler/app/scenario_file.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/junit.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/scenario_view.h"

namespace spillway {
namespace {

struct Outcome {
  std::string file;
  std::string about;
  Time start;
  std::vector<PlayedStep> played;
  std::string error;  // it could not be played

  bool passed() const { return error.empty() && Passed(played); }
};

Outcome PlayFile(const std::string& file) {
  Outcome outcome{file, file, {}, {}, {}};
  try {
    const Scenario scenario = ReadScenarioFile(file);
    outcome.about = scenario.about;
    outcome.start = scenario.start;
    outcome.played = Play(scenario);
  } catch (const ScenarioError& error) {
    outcome.error = error.what();
  }
  return outcome;
}

std::string Line(const Outcome& outcome, const TextStyle& style) {
  const std::string file = Printable(outcome.file);
  if (!outcome.error.empty()) {
    return Painted(style, Ink::kBad, "ERROR ") + " " + file + "\n" + outcome.error + "\n";
  }
  if (!outcome.passed()) {
    return Painted(style, Ink::kBad, "FAILED") + " " + file + "\n" +
           Hanging(style, "  ", outcome.about) + FailedSteps(outcome.played, outcome.start, style);
  }
  const std::size_t steps = outcome.played.size();
  return Painted(style, Ink::kGood, "passed") +
         fmt::format(" {}: {} step{}\n", file, steps, steps == 1 ? "" : "s");
}

std::string Json(const std::vector<Outcome>& outcomes) {
  nlohmann::json list = nlohmann::json::array();
  for (const Outcome& outcome : outcomes) {
    nlohmann::json mismatches = nlohmann::json::array();
    for (const PlayedStep& step : outcome.played) {
      for (const Mismatch& m : step.mismatches) {
        mismatches.push_back({{"time", step.at.time_since_epoch().count()},
                              {"what", m.what},
                              {"expected", m.expected},
                              {"got", m.got}});
      }
    }
    list.push_back({{"file", outcome.file},
                    {"passed", outcome.passed()},
                    {"steps", outcome.played.size()},
                    {"error", outcome.error},
                    {"mismatches", std::move(mismatches)}});
  }
  return JsonText(list);
}

void WriteJunitOf(const std::string& path, const std::vector<Outcome>& outcomes) {
  std::vector<JunitCase> cases;
  for (const Outcome& o : outcomes) {
    cases.push_back({o.file, o.about, FailedSteps(o.played, o.start, {}), o.error});
  }
  WriteJunit(path, "spillway policy test", cases);
}

}  // namespace

int TestPolicies(const PolicyTestOptions& options) {
  const bool is_text = options.output == OutputFormat::kText;
  const TextStyle style = StyleOfStdout();
  std::vector<Outcome> outcomes;
  std::size_t passed = 0;
  for (const std::string& file : options.files) {
    outcomes.push_back(PlayFile(file));
    passed += outcomes.back().passed() ? 1 : 0;
    if (is_text) Print(Line(outcomes.back(), style));
  }
  const std::size_t failed = outcomes.size() - passed;
  Print(is_text ? fmt::format("{} passed, {} failed\n", passed, failed)
                : InFormat(options.output, Json(outcomes)));
  if (!options.junit.empty()) WriteJunitOf(options.junit, outcomes);
  return failed == 0 ? kOk : kFailed;
}

}  // namespace spillway
