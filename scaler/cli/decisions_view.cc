#include "scaler/cli/decisions_view.h"

#include <fmt/core.h>

#include "scaler/cli/record_text.h"
#include "scaler/cli/table.h"

namespace spillway {

std::string DeedText(const Plan& plan) {
  std::string text;
  const auto say = [&text](const char* verb, std::int64_t hosts) {
    if (hosts > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", verb, hosts);
  };
  std::int64_t taken = 0;
  for (const Take& take : plan.take) taken += take.count;
  say("takes", taken);
  say("takes back", std::ssize(plan.reclaim));
  say("gives back", std::ssize(plan.give_back));
  return text;
}

std::string DecisionsView(std::span<const DecisionRecord> decisions, Time now,
                          const TextStyle& style) {
  if (decisions.empty()) return "no decisions\n";
  Table table({{.title = "DECISION"},
               {.title = "WHEN"},
               {.title = "CLUSTER", .rank = 3},
               {.title = "VERDICT"},
               {.title = "VCPU", .is_number = true, .rank = 2},
               {.title = "WAS", .is_number = true, .rank = 4},
               {.title = "PLAN", .rank = 1},
               {.title = "WHY", .is_cuttable = true}});
  for (const DecisionRecord& record : decisions) {
    const Decision& decision = record.decision;
    const std::string deed = DeedText(record.plan);
    table.Add({decision.id,
               AgoText(decision.time, now),
               decision.cluster,
               {std::string(Name(decision.verdict)), InkOf(decision.verdict)},
               std::to_string(decision.wanted.vcpu),
               std::to_string(decision.previous.vcpu),
               deed.empty() || record.acted ? deed : deed + " (dry run)",
               decision.reasons.empty() ? "" : decision.reasons.front().text});
  }
  return table.Text(style);
}

}  // namespace spillway
