#include "scaler/rehearsal/usual_offers.h"

#include <chrono>

namespace spillway {
namespace {

constexpr Duration kVirtualStart = std::chrono::seconds(90);
constexpr Duration kMetalStart = std::chrono::minutes(10);
// A tenth of a unit an hour on the first rung, twice that on the second, …
constexpr std::int64_t kStepMicros = 100'000;

// The first country where the data may be; of a group, a member.
std::string CountryOf(const ClusterSpec& cluster) {
  if (cluster.jurisdiction.empty()) return "DE";
  const std::string& place = cluster.jurisdiction.front();
  return place.size() == 2 && place != "EU" ? place : "DE";
}

}  // namespace

std::vector<Offer> UsualOffers(const ClusterSpec& cluster) {
  std::vector<Offer> offers;
  for (const PoolSpec& pool : cluster.ladder) {
    Offer offer;
    offer.provider = pool.provider;
    offer.location = pool.location.empty() ? "somewhere" : pool.location;
    offer.plan = pool.plans.empty() ? "host" : pool.plans.front();
    offer.id = offer.provider + "/" + offer.location + "/" + offer.plan;
    offer.country = CountryOf(cluster);
    offer.coordinates = cluster.location;
    offer.cluster_type = pool.cluster_type;
    offer.hypervisors = {cluster.hypervisor};
    offer.capacity = cluster.host_size;
    offer.price_per_hour = {kStepMicros * (std::ssize(offers) + 1)};
    offer.time_to_ready = pool.cluster_type == ClusterType::kMetal ? kMetalStart : kVirtualStart;
    offers.push_back(offer);
  }
  return offers;
}

}  // namespace spillway
