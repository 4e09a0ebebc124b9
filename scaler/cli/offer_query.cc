#include "scaler/cli/offer_query.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "scaler/cli/record_text.h"
#include "scaler/plan/eligibility.h"

namespace spillway {
namespace {

using WhyNotResult = std::optional<Reason>;

bool CanBe(const Offer& offer, Hypervisor hypervisor) {
  return std::find(offer.hypervisors.begin(), offer.hypervisors.end(), hypervisor) !=
         offer.hypervisors.end();
}

// What the last pool that was looked at says: the ladder's top is where there is most to be had.
WhyNotResult NotForCluster(const OfferQuery& query, const Offer& offer,
                           std::span<const OfferBackoff> backoffs, Time now) {
  if (query.cluster == nullptr) return std::nullopt;
  const Decision nothing_decided;
  const PlanInput input{now, *query.cluster, nothing_decided, {}, {}, backoffs, {}, {}, {}};
  WhyNotResult why =
      Reason{"not_on_ladder",
             fmt::format("no pool of {} takes machines of {}", query.cluster->name, offer.provider),
             {}};
  for (const PoolSpec& pool : query.cluster->ladder) {
    if (pool.provider != offer.provider) continue;
    why = WhyNot(input, pool, offer);
    if (!why) return std::nullopt;
  }
  return why;
}

WhyNotResult WrongKind(const OfferQuery& query, const Offer& offer) {
  const std::string type(Name(offer.cluster_type));
  if (query.cluster_type && offer.cluster_type != *query.cluster_type) {
    return Reason{"cluster_type", "gives " + type + " hosts", {}};
  }
  if (query.hypervisor && !CanBe(offer, *query.hypervisor)) {
    return Reason{
        "hypervisor", fmt::format("cannot be made into a {} host", Name(*query.hypervisor)), {}};
  }
  if (!query.workload) return std::nullopt;
  const auto rows = WorkloadMatrix(*query.workload);
  const bool runs =
      std::any_of(offer.hypervisors.begin(), offer.hypervisors.end(), [&](Hypervisor hypervisor) {
        return (!query.hypervisor || hypervisor == *query.hypervisor) &&
               Allows(rows, offer.cluster_type, hypervisor);
      });
  if (runs) return std::nullopt;
  return Reason{"workload",
                fmt::format("{} do not run on such {} hosts; possible is {}", Name(*query.workload),
                            type, Describe(rows)),
                {}};
}

WhyNotResult WrongPlace(const OfferQuery& query, const JudgedOffer& judged) {
  const std::string& country = judged.offer.country;
  if (!InJurisdiction(country, query.countries)) {
    return Reason{"country", "is in " + (country.empty() ? "an unknown country" : country), {}};
  }
  if (!query.max_latency) return std::nullopt;
  if (!judged.round_trip) {
    return Reason{"latency_unknown", "nobody knows where it is", {}};
  }
  if (*judged.round_trip <= *query.max_latency) return std::nullopt;
  return Reason{"latency",
                fmt::format("round trip is {} ms (estimated); {} ms is the limit",
                            judged.round_trip->count(), query.max_latency->count()),
                {}};
}

WhyNotResult TooDear(const OfferQuery& query, const Offer& offer) {
  if (!query.max_price || offer.price_per_hour <= *query.max_price) return std::nullopt;
  return Reason{"price", "costs more than " + MoneyText(*query.max_price) + " an hour", {}};
}

WhyNotResult FirstReason(const OfferQuery& query, const JudgedOffer& judged,
                         std::span<const OfferBackoff> backoffs, Time now) {
  const Offer& offer = judged.offer;
  if (!query.provider.empty() && offer.provider != query.provider) {
    return Reason{"provider", "is of " + offer.provider, {}};
  }
  if (WhyNotResult why = WrongKind(query, offer)) return why;
  if (WhyNotResult why = WrongPlace(query, judged)) return why;
  if (WhyNotResult why = TooDear(query, offer)) return why;
  return NotForCluster(query, offer, backoffs, now);
}

}  // namespace

std::vector<JudgedOffer> Judge(const OfferQuery& query, std::vector<Offer> offers,
                               std::span<const OfferBackoff> backoffs, Time now) {
  std::vector<JudgedOffer> all;
  for (Offer& offer : offers) {
    JudgedOffer judged{std::move(offer), std::nullopt, std::nullopt};
    if (query.near && judged.offer.coordinates) {
      judged.round_trip = EstimatedRoundTrip(*query.near, *judged.offer.coordinates);
    }
    judged.why_not = FirstReason(query, judged, backoffs, now);
    all.push_back(std::move(judged));
  }
  std::sort(all.begin(), all.end(), [](const JudgedOffer& a, const JudgedOffer& b) {
    return std::tie(a.offer.price_per_hour, a.offer.id) <
           std::tie(b.offer.price_per_hour, b.offer.id);
  });
  return all;
}

}  // namespace spillway
