#include "providers/digitalocean/digitalocean_catalogue.h"

#include <algorithm>
#include <cmath>

#include "providers/digitalocean/digitalocean_regions.h"

namespace spillway {
namespace {

constexpr Duration kTimeToReady = std::chrono::seconds(90);
constexpr double kLeastCharge = 0.01;  // US dollars

bool Contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// By the second; at least a minute and at least a cent, as the price list says since 2026-01-01.
Billing BillingAt(Money price_per_hour) {
  const double hours = kLeastCharge / price_per_hour.ToDouble();
  const std::chrono::seconds cent(static_cast<std::int64_t>(std::ceil(hours * 3600)));
  return {.step = std::chrono::seconds(1),
          .minimum = std::max<Duration>(std::chrono::minutes(1), cent)};
}

bool IsWanted(const DigitalOceanConfig& config, const DigitalOceanSize& size) {
  return config.sizes.empty() ? !size.has_gpu : Contains(config.sizes, size.slug);
}

bool CanBeHad(const DigitalOceanRegion& region, const DigitalOceanSize& size) {
  return region.is_available && size.is_available && Contains(size.regions, region.slug) &&
         (region.sizes.empty() || Contains(region.sizes, size.slug));
}

// The operator's price goes before the API's.
Money PriceOf(const DigitalOceanConfig& config, const std::string& region,
              const DigitalOceanSize& size) {
  return OverriddenPrice(config.account.prices, region, size.slug).value_or(size.price_per_hour);
}

std::string QuotaName(const DigitalOceanConfig& config) {
  return config.account.name + "/droplets";
}

Offer OfferOf(const DigitalOceanConfig& config, const std::string& region,
              const DigitalOceanSize& size) {
  Offer offer;
  offer.provider = config.account.name;
  offer.location = region;
  offer.plan = size.slug;
  offer.id = offer.provider + "/" + offer.location + "/" + offer.plan;
  if (const DigitalOceanRegionPlace* place = FindDigitalOceanRegion(region)) {
    offer.country = place->country;
    offer.coordinates = place->coordinates;
  }
  offer.cluster_type = ClusterType::kVirtual;
  offer.hypervisors = {Hypervisor::kLxc};
  offer.capacity = {size.vcpu, size.memory_mib};
  offer.price_per_hour = PriceOf(config, region, size);
  offer.billing = BillingAt(offer.price_per_hour);
  offer.time_to_ready = kTimeToReady;
  offer.quota = QuotaName(config);
  return offer;
}

void AddOffersAt(const DigitalOceanPlace& place, const DigitalOceanConfig& config,
                 const std::vector<DigitalOceanRegion>& regions,
                 const std::vector<DigitalOceanSize>& sizes, Catalogue& catalogue) {
  const auto region = std::find_if(regions.begin(), regions.end(), [&](const auto& candidate) {
    return candidate.slug == place.region;
  });
  if (region == regions.end()) {
    catalogue.remarks.push_back("DigitalOcean has no region " + place.region);
    return;
  }
  if (!region->is_available) {
    catalogue.remarks.push_back("region " + place.region + " takes no new Droplets now");
    return;
  }
  std::vector<std::string> missing = config.sizes;
  for (const DigitalOceanSize& size : sizes) {
    const bool has_price = PriceOf(config, place.region, size) > Money{};
    if (!IsWanted(config, size) || !CanBeHad(*region, size) || !has_price) continue;
    catalogue.offers.push_back(OfferOf(config, place.region, size));
    std::erase(missing, size.slug);
  }
  for (const std::string& slug : missing) {
    catalogue.remarks.push_back("size " + slug + " is not to be had in " + place.region + " now");
  }
}

// The quota counts ours, the stock everybody's.
void AddLimit(const DigitalOceanConfig& config, const DropletLimit& limit, Catalogue& catalogue) {
  catalogue.quotas.push_back({QuotaName(config), limit.limit, QuotaUnit::kMachines});
  for (Offer& offer : catalogue.offers) {
    offer.stock = std::max<std::int64_t>(0, limit.limit - limit.used);
  }
}

}  // namespace

Catalogue DigitalOceanCatalogue(const DigitalOceanConfig& config,
                                const std::vector<DigitalOceanRegion>& regions,
                                const std::vector<DigitalOceanSize>& sizes,
                                const std::optional<DropletLimit>& limit) {
  Catalogue catalogue;
  for (const DigitalOceanPlace& place : config.places) {
    AddOffersAt(place, config, regions, sizes, catalogue);
  }
  if (limit) AddLimit(config, *limit, catalogue);
  return catalogue;
}

}  // namespace spillway
