// /v1/providers and /v1/offers: accounts, and what can be had there.
#include <nlohmann/json.hpp>

#include "scaler/model/api_json.h"
#include "scaler/model/names.h"
#include "scaler/serve/answers.h"
#include "scaler/serve/clusters.h"
#include "scaler/serve/listing.h"
#include "scaler/serve/query.h"
#include "scaler/serve/resources.h"

namespace spillway {
namespace {

using nlohmann::json;

json QuotasJson(const Catalogue& catalogue) {
  json quotas = json::array();
  for (const Quota& quota : catalogue.quotas) {
    quotas.push_back({{"name", quota.name},
                      {"limit", quota.limit},
                      {"unit", quota.unit == QuotaUnit::kVcpu ? "vcpu" : "machine"}});
  }
  return quotas;
}

json ProviderJson(const ApiContext& context, const std::string& name, const std::string& kind) {
  const auto found = context.control.catalogues().find(name);
  const bool has_answered = found != context.control.catalogues().end();
  const DatedCatalogue catalogue = has_answered ? found->second : DatedCatalogue{};
  std::int64_t hosts = 0;
  Money per_hour;
  context.control.fleet().ForEach([&](const HostRecord& host) {
    if (host.provider != name) return;
    ++hosts;
    if (host.paid_from) per_hour += host.price_per_hour;
  });
  json backoffs = json::array();
  for (const OfferBackoff& backoff : context.control.backoffs()) {
    const bool is_of_it = backoff.key == name || backoff.key.starts_with(name + "/");
    if (is_of_it && backoff.until > context.control.now()) backoffs.push_back(ApiJson(backoff));
  }
  return {{"name", name},
          {"kind", kind},
          {"offers", catalogue.catalogue.offers.size()},
          {"offers_as_of", ApiJson(catalogue.as_of)},
          {"quotas", QuotasJson(catalogue.catalogue)},
          {"remarks", catalogue.catalogue.remarks},
          {"hosts", hosts},
          {"running_per_hour", ApiJson(per_hour)},
          {"backoffs", std::move(backoffs)}};
}

json OfferJson(const Offer& offer, const std::optional<std::string>& pool,
               const std::optional<Reason>& why_not) {
  json j = ApiJson(offer);
  j["pool"] = pool ? json(*pool) : json(nullptr);
  j["why_not"] = why_not ? ApiJson(*why_not) : json(nullptr);
  return j;
}

void ListAllOffers(const ApiContext& context, const std::optional<std::string>& provider,
                   Listing& listing) {
  for (const auto& [name, dated] : context.control.catalogues()) {
    if (provider && *provider != name) continue;
    for (const Offer& offer : dated.catalogue.offers) {
      if (listing.Takes(offer.id)) listing.Add(OfferJson(offer, {}, {}));
    }
  }
}

void ListOffersFor(const ApiContext& context, const ClusterSpec& cluster,
                   const std::optional<std::string>& provider, Listing& listing) {
  for (const JudgedForPool& judged : context.queries.OffersFor(cluster)) {
    if (provider && judged.offer->provider != *provider) continue;
    if (!listing.Takes(judged.pool + "~" + judged.offer->id)) continue;
    listing.Add(OfferJson(*judged.offer, judged.pool, judged.why_not));
  }
}

}  // namespace

HttpAnswer ListProviders(const ApiContext& context, const ApiRequest& request) {
  Query query(request.http.query);
  Listing listing(query, Listing::Order::kByKey);
  query.Finish();
  for (const auto& [name, kind] : context.provider_kinds) {
    if (listing.Takes(name)) listing.Add(ProviderJson(context, name, kind));
  }
  return listing.Answer();
}

HttpAnswer ListOffers(const ApiContext& context, const ApiRequest& request) {
  Query query(request.http.query);
  const std::optional<std::string> cluster = query.Text("cluster");
  const std::optional<std::string> provider = query.Text("provider");
  Listing listing(query);
  query.Finish();
  if (provider && !context.provider_kinds.contains(*provider)) {
    throw NotFound("there is no provider " + *provider);
  }
  if (cluster) {
    const ClusterLook look = FindCluster(context, request.caller, *cluster);
    ListOffersFor(context, look.spec, provider, listing);
  } else {
    ListAllOffers(context, provider, listing);
  }
  return listing.Answer();
}

}  // namespace spillway
