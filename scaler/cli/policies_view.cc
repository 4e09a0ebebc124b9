#include "scaler/cli/policies_view.h"

#include <nlohmann/json.hpp>

#include "scaler/cli/api_state.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/shadow_view.h"
#include "scaler/cli/table.h"
#include "scaler/model/api_reading.h"

namespace spillway {
namespace {

using nlohmann::json;

std::string SaysText(const json& policy) {
  if (!policy.at("recommendation").is_null()) {
    const auto said = FromApi<Recommendation>(policy.at("recommendation"));
    return ClaimText(said) + ": " + said.reason.text;
  }
  if (!policy.at("score").is_null()) {
    const std::string compared = ShadowText(ScoreFrom(policy.at("score")));
    return compared.substr(compared.find(": ") + 2);  // its name has a column
  }
  return policy.at("role") == "shadow" ? "nothing to compare yet" : "nothing yet";
}

std::string SignalsText(const json& policy) {
  std::string text;
  for (const json& signal : policy.at("signals")) {
    text += (text.empty() ? "" : ", ") + signal.at("name").get<std::string>();
  }
  return text;
}

}  // namespace

std::string PoliciesView(const json& policies, const TextStyle& style) {
  if (policies.empty()) return "no policies\n";
  Table table({{.title = "CLUSTER", .rank = 1},
               {.title = "POLICY"},
               {.title = "ROLE"},
               {.title = "SIGNALS", .rank = 2},
               {.title = "SAYS", .is_cuttable = true}});
  for (const json& policy : policies) {
    const std::string role = policy.at("role");
    table.Add({policy.at("cluster").get<std::string>(),
               policy.at("name").get<std::string>(),
               {role, role == "acting" ? Ink::kGood : Ink::kFaint},
               SignalsText(policy),
               SaysText(policy)});
  }
  return table.Text(style);
}

}  // namespace spillway
