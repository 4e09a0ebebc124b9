#include <nlohmann/json.hpp>

#include "scaler/app/shadow_upkeep.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/shadow_view.h"
#include "scaler/cli/stored_state.h"
#include "scaler/rehearsal/shadow_json.h"

namespace spillway {

int ComparePolicies(const StoreOptions& options, const std::string& cluster) {
  std::vector<ShadowScore> scores = StoredScores(*OpenStored(options));
  if (!cluster.empty()) {
    std::erase_if(scores, [&](const ShadowScore& score) { return score.cluster != cluster; });
  }
  if (scores.empty()) {
    throw CommandError(kNothingThere,
                       "there is no shadow yet: mark a policy with shadow: true, and let the "
                       "service run for a while");
  }
  if (options.output == OutputFormat::kText) {
    Print(CompareView(scores, StyleOfStdout()));
    return kOk;
  }
  nlohmann::json list = nlohmann::json::array();
  for (const ShadowScore& score : scores) list.push_back(ShadowJson(score));
  Print(InFormat(options.output, JsonText(list)));
  return kOk;
}

}  // namespace spillway
