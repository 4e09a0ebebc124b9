#include <algorithm>
#include <nlohmann/json.hpp>

#include "scaler/cli/api_client.h"
#include "scaler/cli/hosts_view.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/stored_state.h"
#include "scaler/model/api_reading.h"
#include "scaler/model/json.h"
#include "scaler/runtime/clock.h"

namespace spillway {
namespace {

using nlohmann::json;

// A host for people, and for scripts: in the form of the store, or of the API.
struct SeenHost {
  HostRecord record;
  json data;
};

std::vector<SeenHost> Stored(const StoreOptions& options, bool with_gone) {
  std::vector<SeenHost> seen;
  for (HostRecord& host : OpenStored(options)->Hosts(with_gone)) {
    json data = host;
    seen.push_back({std::move(host), std::move(data)});
  }
  return seen;
}

std::vector<SeenHost> Asked(const ApiOptions& options, bool with_gone) {
  ApiClient client(ApiOf(options));
  const json hosts = client.List(ApiPath({"hosts"}, {{"gone", with_gone ? "true" : ""}}));
  return Understood(client, [&] {
    std::vector<SeenHost> seen;
    for (const json& host : hosts) seen.push_back({FromApi<HostRecord>(host), host});
    return seen;
  });
}

bool IsWanted(const HostRecord& host, const HostsOptions& options) {
  return (options.host.empty() || host.id == options.host) &&
         (options.cluster.empty() || host.cluster == options.cluster) &&
         (options.provider.empty() || host.provider == options.provider) &&
         (!options.state || host.state == *options.state);
}

void PrintHost(const SeenHost& host, OutputFormat output) {
  Print(output == OutputFormat::kText ? HostView(host.record, SystemClock().Now(), StyleOfStdout())
                                      : InFormat(output, JsonText(host.data)));
}

void PrintHosts(const std::vector<SeenHost>& hosts, OutputFormat output) {
  std::vector<HostRecord> records;
  json data = json::array();
  for (const SeenHost& host : hosts) {
    records.push_back(host.record);
    data.push_back(host.data);
  }
  Print(output == OutputFormat::kText ? HostsView(records, SystemClock().Now(), StyleOfStdout())
                                      : InFormat(output, JsonText(data)));
}

}  // namespace

int ShowHosts(const HostsOptions& options) {
  const bool with_gone =
      options.with_gone || !options.host.empty() || options.state == HostState::kGone;
  std::vector<SeenHost> hosts =
      IsStored(options.store) ? Stored(options.store, with_gone) : Asked(options.api, with_gone);
  std::erase_if(hosts, [&](const SeenHost& host) { return !IsWanted(host.record, options); });
  if (options.host.empty()) {
    PrintHosts(hosts, options.store.output);
    return kOk;
  }
  if (hosts.empty()) {
    throw CommandError(kNothingThere, "there is no host \"" + options.host +
                                          "\"; `spillway hosts --gone` names them all");
  }
  PrintHost(hosts.front(), options.store.output);
  return kOk;
}

}  // namespace spillway
