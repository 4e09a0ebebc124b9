#include <fmt/core.h>

#include <algorithm>
#include <fstream>

#include "bus/frame.h"
#include "scaler/app/app_config.h"
#include "scaler/cli/config_errors.h"
#include "scaler/cli/explain_view.h"
#include "scaler/cli/output.h"
#include "scaler/cli/outside.h"
#include "scaler/cli/stored_state.h"
#include "scaler/control/evaluation.h"
#include "scaler/control/offer_book.h"
#include "scaler/observe/observations.h"

namespace spillway {
namespace {

// Takes the file's lines as frames of the bus.
void ReadSamples(const std::string& path, const AppConfig& config, Time now,
                 Observations& observations) {
  std::ifstream file(path);
  if (!file) throw CommandError(kFailed, "cannot read the samples of " + path);
  bus::Decoder decoder(ClusterNames(config), config.bus.subscriber.limits,
                       [&path](bus::Reject reject, std::string_view detail) {
                         fmt::print(stderr, "spillway: {}: {}: {}\n", path, Name(reject), detail);
                       });
  SampleBatch batch;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) decoder.Decode(line, now, batch);
  }
  observations.Take(batch, [](std::string_view) {});
}

// A stored signal as it is now: older, and stale when it is too old.
Signal Aged(Signal signal, Duration by, const SignalSpec& spec) {
  signal.age += by;
  if (signal.has_value() && signal.age > spec.max_age) signal.state = SignalState::kStale;
  return signal;
}

Signal StoredSignal(const ClusterState& state, const SignalSpec& spec, Time now) {
  for (const Signal& signal : state.signals) {
    if (signal.name == spec.name) return Aged(signal, now - state.signals_at, spec);
  }
  return {spec.name, SignalState::kMissing, 0, {}, 0, 0, 0};
}

PolicySignals StoredSignals(const PolicyList& policies, const ClusterState& state, Time now) {
  PolicySignals signals;
  for (const auto& policy : policies) {
    std::vector<Signal>& of_policy = signals.emplace_back();
    for (const SignalSpec& spec : policy->signals()) {
      of_policy.push_back(StoredSignal(state, spec, now));
    }
  }
  return signals;
}

std::vector<HostRecord> OfCluster(std::vector<HostRecord> hosts, const std::string& cluster) {
  std::erase_if(hosts, [&](const HostRecord& host) { return host.cluster != cluster; });
  return hosts;
}

ClusterState StateOf(const std::vector<ClusterState>& states, const std::string& cluster) {
  for (const ClusterState& state : states) {
    if (state.cluster == cluster) return state;
  }
  ClusterState fresh;
  fresh.cluster = cluster;
  return fresh;
}

}  // namespace

int ShowPlan(const PlanOptions& options) {
  const ReadConfigResult read = ReadConfigFile(options.config);
  if (!read.config) {
    PrintConfigErrors(options.config, read.errors);
    return kBadConfig;
  }
  const AppConfig& config = *read.config;
  Outside outside;
  const Time now = outside.clock().Now();
  const std::unique_ptr<Store> store = OpenStoredOrEmpty(config.store);
  const AskedCatalogues asked = AskProviders(config, outside);
  PrintFailures(asked);
  const Catalogues& catalogues = asked.catalogues;
  const std::vector<ClusterState> states = store->Clusters();
  const std::vector<OfferBackoff> backoffs = store->Backoffs();
  const std::vector<HostRecord> hosts = store->Hosts(/*gone=*/false);
  const EachHost every_host = [&hosts](const auto& visit) {
    std::for_each(hosts.begin(), hosts.end(), visit);
  };
  Observations observations(config.control.points_per_series);
  if (!options.samples.empty()) ReadSamples(options.samples, config, now, observations);

  for (std::size_t i = 0; i < config.clusters.size(); ++i) {
    const ClusterSpec& cluster = config.clusters[i];
    const ClusterState state = StateOf(states, cluster.name);
    const PolicySignals signals =
        options.samples.empty()
            ? StoredSignals(config.policies[i], state, now)
            : ObserveSignals(config.policies[i], cluster.name, observations, now);
    const std::vector<HostRecord> own = OfCluster(hosts, cluster.name);
    const std::vector<Offer> offers = LadderOffers(cluster, catalogues);
    Evaluation evaluation = Evaluate({now, cluster, state, config.policies[i], signals, own, [&] {
                                        return Market{offers,
                                                      backoffs,
                                                      QuotaRoom(catalogues, every_host),
                                                      StockRoom(catalogues, every_host),
                                                      {}};
                                      }});
    evaluation.record.acted = false;
    evaluation.record.decision.id = "dry-run";
    Print(options.output != OutputFormat::kText
              ? InFormat(options.output, ExplainJson(evaluation.record))
              : ExplainView(evaluation.record, now, StyleOfStdout()));
  }
  return kOk;
}

}  // namespace spillway
