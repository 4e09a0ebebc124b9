#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "scaler/app/shadow_upkeep.h"
#include "scaler/cli/api_state.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/shadow_view.h"
#include "scaler/cli/stored_state.h"
#include "scaler/rehearsal/shadow_json.h"

namespace spillway {
namespace {

using nlohmann::json;

// A score for people, and for scripts: in the form of the store, or of the API.
struct SeenScore {
  ShadowScore score;
  json data;
};

std::vector<SeenScore> Stored(const StoreOptions& options) {
  std::vector<SeenScore> seen;
  for (const ShadowScore& score : StoredScores(*OpenStored(options))) {
    seen.push_back({score, ShadowJson(score)});
  }
  return seen;
}

std::vector<SeenScore> Asked(const ApiOptions& options) {
  ApiClient client(ApiOf(options));
  const json policies = client.List(ApiPath({"policies"}));
  return Understood(client, [&] {
    std::vector<SeenScore> seen;
    for (const json& policy : policies) {
      const json& score = policy.at("score");
      if (!score.is_null()) seen.push_back({ScoreFrom(score), score});
    }
    return seen;
  });
}

}  // namespace

int ComparePolicies(const PolicyCompareOptions& options) {
  std::vector<SeenScore> seen =
      IsStored(options.store) ? Stored(options.store) : Asked(options.api);
  std::erase_if(seen, [&](const SeenScore& one) {
    return !options.cluster.empty() && one.score.cluster != options.cluster;
  });
  if (seen.empty()) {
    throw CommandError(kNothingThere,
                       "there is no shadow yet: mark a policy with shadow: true, and let the "
                       "service run for a while");
  }
  std::vector<ShadowScore> scores;
  json list = json::array();
  for (const SeenScore& one : seen) {
    scores.push_back(one.score);
    list.push_back(one.data);
  }
  Print(options.store.output == OutputFormat::kText
            ? CompareView(scores, StyleOfStdout())
            : InFormat(options.store.output, JsonText(list)));
  return kOk;
}

}  // namespace spillway
