#include <nlohmann/json.hpp>

#include "scaler/cli/api_client.h"
#include "scaler/cli/explain_view.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/stored_state.h"
#include "scaler/cli/why_not_view.h"
#include "scaler/model/api_reading.h"
#include "scaler/model/rfc3339.h"
#include "scaler/runtime/clock.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr const char* kNothingDecided = "nothing was decided yet";

std::optional<DecisionRecord> Find(Store& store, const std::string& decision) {
  if (decision != "latest") return store.FindDecision(decision);
  std::vector<DecisionRecord> latest = store.Decisions({"", std::nullopt, 1});
  return latest.empty() ? std::nullopt : std::optional(std::move(latest.front()));
}

int ExplainStored(const ExplainOptions& options) {
  if (options.at) throw CommandError(kUsage, "--at asks the service, not a store");
  const std::string& decision = options.subject;
  const std::optional<DecisionRecord> record = Find(*OpenStored(options.store), decision);
  if (!record) {
    throw CommandError(kNothingThere,
                       decision == "latest"
                           ? kNothingDecided
                           : "there is no decision \"" + decision +
                                 "\"; `spillway status` names the last of each cluster");
  }
  Print(options.store.output != OutputFormat::kText
            ? InFormat(options.store.output, ExplainJson(*record))
            : ExplainView(*record, SystemClock().Now(), StyleOfStdout()));
  return kOk;
}

int PrintDecision(const ApiClient& client, const json& decision, OutputFormat output) {
  if (output != OutputFormat::kText) {
    Print(InFormat(output, JsonText(decision)));
    return kOk;
  }
  Print(Understood(client, [&] {
    return ExplainView(FromApi<DecisionRecord>(decision), SystemClock().Now(), StyleOfStdout());
  }));
  return kOk;
}

int PrintWhyNot(const ApiClient& client, const json& why_not, OutputFormat output) {
  Print(
      output != OutputFormat::kText ? InFormat(output, JsonText(why_not)) : Understood(client, [&] {
        return WhyNotView(why_not, SystemClock().Now(), StyleOfStdout());
      }));
  return kOk;
}

json Latest(ApiClient& client) {
  const json decisions = client.List(ApiPath({"decisions"}), 1);
  if (decisions.empty()) throw CommandError(kNothingThere, kNothingDecided);
  return decisions.front();
}

int ExplainAsked(const ExplainOptions& options) {
  ApiClient client(ApiOf(options.api));
  const OutputFormat output = options.store.output;
  const std::string& subject = options.subject;
  if (!options.at && subject == "latest") return PrintDecision(client, Latest(client), output);
  if (!options.at) {
    if (const auto decision = client.Find(ApiPath({"decisions", subject}))) {
      return PrintDecision(client, *decision, output);
    }
  }
  const std::string at = options.at ? TimeText(*options.at) : "";
  const auto why_not = client.Find(ApiPath({"clusters", subject, "why_not"}, {{"at", at}}));
  if (why_not) return PrintWhyNot(client, *why_not, output);
  throw CommandError(
      kNothingThere,
      options.at ? "there is no cluster \"" + subject + "\", or nothing was decided for it by then"
                 : "there is neither a decision nor a cluster \"" + subject +
                       "\"; `spillway decisions` and `spillway clusters` name them");
}

}  // namespace

int Explain(const ExplainOptions& options) {
  return IsStored(options.store) ? ExplainStored(options) : ExplainAsked(options);
}

}  // namespace spillway
