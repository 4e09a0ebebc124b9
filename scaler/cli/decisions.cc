#include <nlohmann/json.hpp>
#include <vector>

#include "scaler/cli/api_client.h"
#include "scaler/cli/decisions_view.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/model/api_reading.h"
#include "scaler/model/rfc3339.h"
#include "scaler/runtime/clock.h"

namespace spillway {
namespace {

using nlohmann::json;

std::string TextOf(const std::optional<Time>& time) { return time ? TimeText(*time) : ""; }

}  // namespace

int ShowDecisions(const DecisionsOptions& options) {
  ApiClient client(ApiOf(options.of.api));
  const json decisions = client.List(ApiPath({"decisions"}, {{"cluster", options.of.cluster},
                                                             {"since", TextOf(options.since)},
                                                             {"before", TextOf(options.before)}}),
                                     options.limit);
  if (options.of.output != OutputFormat::kText) {
    Print(InFormat(options.of.output, JsonText(decisions)));
    return kOk;
  }
  const auto records = Understood(client, [&] {
    std::vector<DecisionRecord> read;
    for (const json& decision : decisions) read.push_back(FromApi<DecisionRecord>(decision));
    return read;
  });
  Print(DecisionsView(records, SystemClock().Now(), StyleOfStdout()));
  return kOk;
}

}  // namespace spillway
