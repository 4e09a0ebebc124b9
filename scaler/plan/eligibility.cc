#include "scaler/plan/eligibility.h"

#include <fmt/core.h>

#include <algorithm>

namespace spillway {
namespace {

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::optional<Reason> WrongPlaceOrPlan(const PoolSpec& pool, const Offer& offer) {
  if (!pool.location.empty() && offer.location != pool.location) {
    return Reason{"wrong_place",
                  fmt::format("is at {}; the pool is at {}", offer.location, pool.location),
                  {{"location", offer.location}, {"wanted", pool.location}}};
  }
  if (!pool.plans.empty() &&
      std::find(pool.plans.begin(), pool.plans.end(), offer.plan) == pool.plans.end()) {
    return Reason{"wrong_plan",
                  fmt::format("is plan {}; the pool takes {}", offer.plan, Joined(pool.plans)),
                  {{"plan", offer.plan}, {"wanted", Joined(pool.plans)}}};
  }
  return std::nullopt;
}

std::optional<Reason> WrongKind(const ClusterSpec& cluster, const PoolSpec& pool,
                                const Offer& offer) {
  const std::string type(Name(pool.cluster_type));
  const std::string hypervisor(Name(cluster.hypervisor));
  if (offer.cluster_type != pool.cluster_type) {
    const std::string offered(Name(offer.cluster_type));
    return Reason{"cluster_type",
                  fmt::format("gives {} hosts; the pool takes {}", offered, type),
                  {{"cluster_type", offered}, {"wanted", type}}};
  }
  const auto rows = WorkloadMatrix(cluster.workload);
  if (!Allows(rows, pool.cluster_type, cluster.hypervisor)) {
    const std::string workload(Name(cluster.workload));
    return Reason{"workload",
                  fmt::format("{} cannot run on {} hosts under {}; possible is {}", workload, type,
                              hypervisor, Describe(rows)),
                  {{"workload", workload}, {"cluster_type", type}, {"hypervisor", hypervisor}}};
  }
  const auto& can = offer.hypervisors;
  if (std::find(can.begin(), can.end(), cluster.hypervisor) == can.end()) {
    return Reason{"hypervisor",
                  fmt::format("cannot be made into a {} host", hypervisor),
                  {{"wanted", hypervisor}}};
  }
  return std::nullopt;
}

std::optional<Reason> WrongCountry(const ClusterSpec& cluster, const Offer& offer) {
  if (InJurisdiction(offer.country, cluster.jurisdiction)) return std::nullopt;
  const std::string allowed = Joined(cluster.jurisdiction);
  const std::string country = offer.country.empty() ? "an unknown country" : offer.country;
  return Reason{"jurisdiction",
                fmt::format("is in {}; the data may only be in {}", country, allowed),
                {{"country", offer.country}, {"allowed", allowed}}};
}

std::optional<Reason> TooFar(const PlanInput& input, const Offer& offer) {
  const ClusterSpec& cluster = input.cluster;
  if (!cluster.max_latency) return std::nullopt;
  const auto measured = input.round_trips.find(offer.location);
  const bool is_measured = measured != input.round_trips.end();
  if (!is_measured && !(cluster.location && offer.coordinates)) {
    return Reason{"latency_unknown",
                  fmt::format("round trip may be {} ms at most, but nobody measured it and the "
                              "coordinates of the {} are not known",
                              cluster.max_latency->count(), cluster.location ? "offer" : "cluster"),
                  {{"max_ms", std::int64_t{cluster.max_latency->count()}}}};
  }
  const Duration round_trip =
      is_measured ? measured->second : EstimatedRoundTrip(*cluster.location, *offer.coordinates);
  if (round_trip <= *cluster.max_latency) return std::nullopt;
  return Reason{"latency",
                fmt::format("round trip is {} ms ({}); {} ms is the limit", round_trip.count(),
                            is_measured ? "measured" : "estimated", cluster.max_latency->count()),
                {{"round_trip_ms", std::int64_t{round_trip.count()}},
                 {"max_ms", std::int64_t{cluster.max_latency->count()}},
                 {"measured", is_measured}}};
}

bool IsMeant(const OfferBackoff& backoff, const Offer& offer) {
  const std::string& key = backoff.key;
  return !key.empty() &&
         (key == offer.id || key == offer.group || key == offer.quota || key == offer.provider);
}

std::optional<Reason> BackedOff(const PlanInput& input, const Offer& offer) {
  const OfferBackoff* longest = nullptr;
  for (const OfferBackoff& backoff : input.backoffs) {
    if (backoff.until <= input.now || !IsMeant(backoff, offer)) continue;
    if (longest == nullptr || backoff.until > longest->until) longest = &backoff;
  }
  if (longest == nullptr) return std::nullopt;
  const std::int64_t seconds =
      std::chrono::ceil<std::chrono::seconds>(longest->until - input.now).count();
  return Reason{"backed_off",
                fmt::format("is left alone for another {} s after {} failures in a row: {}",
                            seconds, longest->strikes, longest->why),
                {{"key", longest->key},
                 {"seconds", seconds},
                 {"strikes", longest->strikes},
                 {"why", longest->why}}};
}

}  // namespace

std::optional<Reason> WhyNot(const PlanInput& input, const PoolSpec& pool, const Offer& offer) {
  if (auto reason = WrongPlaceOrPlan(pool, offer)) return reason;
  if (auto reason = WrongKind(input.cluster, pool, offer)) return reason;
  if (auto reason = WrongCountry(input.cluster, offer)) return reason;
  if (auto reason = TooFar(input, offer)) return reason;
  return BackedOff(input, offer);
}

}  // namespace spillway
