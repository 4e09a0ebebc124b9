#include "scaler/cli/scenario_view.h"

#include <fmt/core.h>

#include <algorithm>

#include "scaler/runtime/units.h"

namespace spillway {
namespace {

std::string Differences(const std::vector<Mismatch>& mismatches, const TextStyle& style) {
  std::string text;
  for (const Mismatch& m : mismatches) {
    text += "    " + Printable(m.what) + "\n";
    text += Painted(style, Ink::kGood, "      - expected " + Printable(m.expected)) + "\n";
    text += Painted(style, Ink::kBad, "      + got      " + Printable(m.got)) + "\n";
  }
  return text;
}

}  // namespace

bool Passed(const std::vector<PlayedStep>& steps) {
  return std::all_of(steps.begin(), steps.end(),
                     [](const PlayedStep& step) { return step.mismatches.empty(); });
}

std::string FailedSteps(const std::vector<PlayedStep>& steps, Time start, const TextStyle& style) {
  std::string text;
  for (const PlayedStep& step : steps) {
    if (step.mismatches.empty()) continue;
    text += fmt::format("  at {}\n", FormatDuration(step.at - start));
    text += Differences(step.mismatches, style) + "    what was said\n" + Told(step.record, style);
  }
  return text;
}

std::string Told(const DecisionRecord& record, const TextStyle& style) {
  std::string text;
  const auto add = [&](const std::string& who, const Reason& reason) {
    text += Hanging(style, "      ", who + " [" + reason.code + "] " + reason.text);
  };
  for (const Recommendation& r : record.decision.recommendations) add(r.policy, r.reason);
  for (const Reason& reason : record.decision.reasons) add("decision", reason);
  for (const Reason& reason : record.plan.reasons) add("plan", reason);
  for (const Considered& c : record.plan.offers) add(c.pool + ": " + c.subject, c.reason);
  for (const Considered& c : record.plan.hosts) add(c.pool + ": " + c.subject, c.reason);
  return text;
}

}  // namespace spillway
