#include <nlohmann/json.hpp>

#include "scaler/cli/api_state.h"
#include "scaler/cli/clusters_view.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/runtime/clock.h"

namespace spillway {
namespace {

using nlohmann::json;

void ShowAll(ApiClient& client, OutputFormat output) {
  const json clusters = client.List(ApiPath({"clusters"}));
  Print(output != OutputFormat::kText
            ? InFormat(output, JsonText(clusters))
            : Understood(client, [&] {
                return ClustersView(clusters, SystemClock().Now(), StyleOfStdout());
              }));
}

void ShowOne(ApiClient& client, const std::string& name, OutputFormat output) {
  if (output != OutputFormat::kText) {
    return Print(InFormat(output, JsonText(client.Get(ApiPath({"clusters", name})))));
  }
  ApiState state = ReadState(client, name);
  const Time now = SystemClock().Now();
  const TextStyle style = StyleOfStdout();
  Print(StatusView(state.AsOf(now), style) + "\n" +
        Understood(client, [&] { return LadderView(state.clusters.front(), now, style); }));
}

}  // namespace

int ShowClusters(const ClusterOptions& options) {
  ApiClient client(ApiOf(options.api));
  if (options.cluster.empty()) {
    ShowAll(client, options.output);
  } else {
    ShowOne(client, options.cluster, options.output);
  }
  return kOk;
}

}  // namespace spillway
