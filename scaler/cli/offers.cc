#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "scaler/app/app_config.h"
#include "scaler/cli/api_client.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/config_errors.h"
#include "scaler/cli/offers_view.h"
#include "scaler/cli/output.h"
#include "scaler/cli/outside.h"
#include "scaler/cli/stored_state.h"
#include "scaler/model/api_reading.h"
#include "scaler/runtime/clock.h"

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

// But for what only a configuration knows.
OfferQuery QueryOf(const OffersOptions& options, const ClusterSpec* cluster) {
  OfferQuery query;
  query.cluster = cluster;
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
  return query;
}

void PrintOffers(const std::vector<JudgedOffer>& offers, const OffersOptions& options) {
  Print(options.output != OutputFormat::kText
            ? InFormat(options.output, OffersJson(offers, options.with_others))
            : OffersView(offers, options.with_others, StyleOfStdout()));
}

// Why the ladder's last rung that looks at an offer does not take it; nothing: one does.
using LadderSays = std::map<std::string, std::optional<Reason>>;

std::vector<Offer> OffersFrom(const nlohmann::json& items, LadderSays& ladder) {
  std::vector<Offer> offers;
  for (const nlohmann::json& item : items) {
    Offer offer = FromApi<Offer>(item);
    std::optional<Reason> why_not;
    if (!item.at("why_not").is_null()) why_not = FromApi<Reason>(item.at("why_not"));
    const auto [said, is_new] = ladder.emplace(offer.id, why_not);
    if (!is_new && said->second) said->second = why_not;
    if (is_new) offers.push_back(std::move(offer));
  }
  return offers;
}

// The service knows which of them a cluster's ladder takes; the rest is looked at here.
int ShowAsked(const OffersOptions& options) {
  ApiClient client(ApiOf(options.api));
  const OfferQuery query = QueryOf(options, nullptr);
  const nlohmann::json items = client.List(
      ApiPath({"offers"}, {{"cluster", options.cluster}, {"provider", options.provider}}));
  LadderSays ladder;
  std::vector<Offer> offers = Understood(client, [&] { return OffersFrom(items, ladder); });
  std::vector<JudgedOffer> judged = Judge(query, std::move(offers), {}, SystemClock().Now());
  for (JudgedOffer& offer : judged) {
    if (!offer.why_not) offer.why_not = ladder.at(offer.offer.id);
  }
  PrintOffers(judged, options);
  return kOk;
}

}  // namespace

int ShowOffers(const OffersOptions& options) {
  if (options.config.empty()) return ShowAsked(options);
  const ReadConfigResult read = ReadConfigFile(options.config);
  if (!read.config) {
    PrintConfigErrors(options.config, read.errors);
    return kBadConfig;
  }
  const AppConfig& config = *read.config;
  const OfferQuery query = QueryOf(options, FindCluster(config, options.cluster));
  if (!query.provider.empty() && !config.providers.contains(query.provider)) {
    throw CommandError(kNothingThere, "there is no provider \"" + query.provider + "\"");
  }
  const std::vector<OfferBackoff> backoffs = OpenStoredOrEmpty(config.store)->Backoffs();

  Outside outside;
  const AskedCatalogues asked = AskProviders(config, outside, query.provider);
  std::vector<Offer> offers;
  for (const auto& [name, dated] : asked.catalogues) {
    offers.insert(offers.end(), dated.catalogue.offers.begin(), dated.catalogue.offers.end());
  }
  const std::vector<JudgedOffer> judged =
      Judge(query, std::move(offers), backoffs, outside.clock().Now());
  PrintOffers(judged, options);
  PrintRemarks(asked);
  PrintFailures(asked);
  return asked.failures.empty() ? kOk : kFailed;
}

}  // namespace spillway
