#include <algorithm>

#include "scaler/app/shadow_upkeep.h"
#include "scaler/cli/api_state.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/status_view.h"
#include "scaler/cli/stored_state.h"
#include "scaler/cli/watch.h"
#include "scaler/runtime/clock.h"

namespace spillway {
namespace {

// The last decision of each cluster.
std::vector<DecisionRecord> LastDecisions(Store& store, const std::vector<ClusterState>& clusters) {
  std::vector<DecisionRecord> last;
  for (const ClusterState& cluster : clusters) {
    for (DecisionRecord& record : store.Decisions({cluster.cluster, std::nullopt, 1})) {
      last.push_back(std::move(record));
    }
  }
  std::stable_sort(last.begin(), last.end(),
                   [](const auto& a, const auto& b) { return a.decision.time > b.decision.time; });
  return last;
}

void ShowStored(const StoreOptions& options) {
  const std::unique_ptr<Store> store = OpenStored(options);
  const std::vector<ClusterState> clusters = store->Clusters();
  const std::vector<HostRecord> hosts = store->Hosts(/*gone=*/false);
  const std::vector<DecisionRecord> decisions = LastDecisions(*store, clusters);
  const std::vector<OfferBackoff> backoffs = store->Backoffs();
  const std::vector<ShadowScore> shadows = StoredScores(*store);
  const StatusInput input{clusters, hosts, decisions, backoffs, shadows, SystemClock().Now()};
  Print(options.output != OutputFormat::kText ? InFormat(options.output, StatusJson(input))
                                              : StatusView(input, StyleOfStdout()));
}

int ShowAsked(const StatusOptions& options) {
  ApiClient client(ApiOf(options.api));
  if (options.is_watched) return WatchStatus(client, options);
  ApiState state = ReadState(client);
  if (options.store.output == OutputFormat::kText) {
    Print(StatusView(state.AsOf(SystemClock().Now()), StyleOfStdout()));
  } else {
    Print(InFormat(options.store.output,
                   JsonText({{"clusters", state.clusters}, {"hosts", state.hosts}})));
  }
  return kOk;
}

}  // namespace

int ShowStatus(const StatusOptions& options) {
  if (!IsStored(options.store)) return ShowAsked(options);
  if (options.is_watched) throw CommandError(kUsage, "--watch follows the service, not a store");
  ShowStored(options.store);
  return kOk;
}

}  // namespace spillway
