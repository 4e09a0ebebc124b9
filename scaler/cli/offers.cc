#include <algorithm>

#include "scaler/app/app_config.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/config_errors.h"
#include "scaler/cli/offers_view.h"
#include "scaler/cli/output.h"
#include "scaler/cli/outside.h"
#include "scaler/cli/stored_state.h"
#include "scaler/runtime/units.h"

namespace spillway {
namespace {

const ClusterSpec* FindCluster(const AppConfig& config, const std::string& name) {
  if (name.empty()) return nullptr;
  std::string names;
  for (const ClusterSpec& cluster : config.clusters) {
    if (cluster.name == name) return &cluster;
    names += (names.empty() ? "" : ", ") + cluster.name;
  }
  throw CommandError(kNothingThere, "there is no cluster \"" + name + "\", but " + names);
}

OfferQuery QueryOf(const OffersOptions& options, const AppConfig& config) {
  OfferQuery query;
  query.cluster = FindCluster(config, options.cluster);
  query.provider = options.provider;
  query.workload = options.workload;
  query.cluster_type = options.cluster_type;
  query.hypervisor = options.hypervisor;
  query.countries = options.countries;
  query.near = options.near;
  if (!query.near && query.cluster != nullptr) query.near = query.cluster->location;
  query.max_latency = options.max_latency;
  if (query.max_latency && !query.near) {
    throw CommandError(kUsage,
                       "--max-latency needs to know from where: give --near, or --cluster "
                       "of a cluster with a location");
  }
  if (options.max_price) query.max_price = Money::FromDouble(*options.max_price);
  if (!query.provider.empty() && !config.providers.contains(query.provider)) {
    throw CommandError(kNothingThere, "there is no provider \"" + query.provider + "\"");
  }
  return query;
}

}  // namespace

int ShowOffers(const OffersOptions& options) {
  const ReadConfigResult read = ReadConfigFile(options.config);
  if (!read.config) {
    PrintConfigErrors(options.config, read.errors);
    return kBadConfig;
  }
  const AppConfig& config = *read.config;
  const OfferQuery query = QueryOf(options, config);
  const std::vector<OfferBackoff> backoffs = OpenStoredOrEmpty(config.store)->Backoffs();

  Outside outside;
  const AskedCatalogues asked = AskProviders(config, outside, query.provider);
  std::vector<Offer> offers;
  for (const auto& [name, dated] : asked.catalogues) {
    offers.insert(offers.end(), dated.catalogue.offers.begin(), dated.catalogue.offers.end());
  }
  const std::vector<JudgedOffer> judged =
      Judge(query, std::move(offers), backoffs, outside.clock().Now());
  Print(options.output != OutputFormat::kText
            ? InFormat(options.output, OffersJson(judged, options.with_others))
            : OffersView(judged, options.with_others, StyleOfStdout()));
  PrintRemarks(asked);
  PrintFailures(asked);
  return asked.failures.empty() ? kOk : kFailed;
}

}  // namespace spillway
