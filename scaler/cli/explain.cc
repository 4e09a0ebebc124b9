#include "scaler/cli/explain_view.h"
#include "scaler/cli/output.h"
#include "scaler/cli/stored_state.h"
#include "scaler/runtime/clock.h"

namespace spillway {
namespace {

std::optional<DecisionRecord> Find(Store& store, const std::string& decision) {
  if (decision != "latest") return store.FindDecision(decision);
  std::vector<DecisionRecord> latest = store.Decisions({"", std::nullopt, 1});
  return latest.empty() ? std::nullopt : std::optional(std::move(latest.front()));
}

}  // namespace

int Explain(const StoreOptions& options, const std::string& decision) {
  const std::optional<DecisionRecord> record = Find(*OpenStored(options), decision);
  if (!record) {
    throw CommandError(kNothingThere,
                       decision == "latest"
                           ? "nothing was decided yet"
                           : "there is no decision \"" + decision +
                                 "\"; `spillway status` names the last of each cluster");
  }
  Print(options.output != OutputFormat::kText
            ? InFormat(options.output, ExplainJson(*record))
            : ExplainView(*record, SystemClock().Now(), StyleOfStdout()));
  return kOk;
}

}  // namespace spillway
