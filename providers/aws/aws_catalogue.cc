#include "providers/aws/aws_catalogue.h"

#include <algorithm>
#include <set>
#include <utility>

#include "providers/aws/aws_prices.h"
#include "providers/aws/aws_regions.h"

namespace spillway {
namespace {

constexpr Duration kMetalTimeToReady = std::chrono::minutes(10);
constexpr Duration kVirtualTimeToReady = std::chrono::seconds(90);
constexpr Billing kBilling{.step = std::chrono::seconds(1), .minimum = std::chrono::seconds(60)};

bool Contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The quota "Running On-Demand Standard instances" counts the families A, C, D, H, I, M, R, T, Z;
// the others (accelerated, high memory, HPC) have quotas of their own.
bool IsStandardFamily(std::string_view type) {
  const std::string_view letters = type.substr(0, type.find_first_of("0123456789"));
  if (letters.size() == 1) return std::string_view("acdhimrtz").find(letters) != letters.npos;
  return letters == "im" || letters == "is";
}

std::string QuotaName(const AwsConfig& config, const std::string& region) {
  return config.account.name + "/" + region + "/standard";
}

bool IsOffered(const AwsPlace& place, const Ec2InstanceType& type) {
  const bool is_wanted = place.instance_types.empty() || Contains(place.instance_types, type.name);
  const bool has_image = !place.ImageFor(type.name).empty() &&
                         Contains(type.architectures, IsArmType(type.name) ? "arm64" : "x86_64");
  return is_wanted && has_image && type.vcpu > 0 && type.memory_mib > 0;
}

Offer OfferOf(const AwsConfig& config, const AwsPlace& place, const Ec2InstanceType& type,
              Money price) {
  Offer offer;
  offer.id = config.account.name + "/" + place.location() + "/" + type.name;
  offer.provider = config.account.name;
  offer.location = place.location();
  offer.plan = type.name;
  if (const AwsRegion* region = FindAwsRegion(place.region)) {
    offer.country = region->country;
    offer.coordinates = region->coordinates;
  }
  offer.cluster_type = type.is_metal ? ClusterType::kMetal : ClusterType::kVirtual;
  offer.hypervisors = {Hypervisor::kLxc};
  if (type.is_metal || (type.can_nest && config.nested_virtualization)) {
    offer.hypervisors = {Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc};
  }
  offer.capacity = {type.vcpu, type.memory_mib};
  offer.price_per_hour = price;
  offer.billing = kBilling;
  offer.time_to_ready = type.is_metal ? kMetalTimeToReady : kVirtualTimeToReady;
  if (IsStandardFamily(type.name)) offer.quota = QuotaName(config, place.region);
  return offer;
}

}  // namespace

std::vector<std::string> AwsTypesWanted(const AwsConfig& config, const std::string& region) {
  std::set<std::string> types;
  for (const AwsPlace& place : config.places) {
    if (place.region != region) continue;
    if (!place.instance_types.empty()) {
      types.insert(place.instance_types.begin(), place.instance_types.end());
      continue;
    }
    const std::vector<std::string> priced = AwsPricedTypes();
    types.insert(priced.begin(), priced.end());
    for (const auto& [key, price] : config.account.prices)
      types.insert(key.substr(key.find('/') + 1));
  }
  return {types.begin(), types.end()};
}

Catalogue AwsCatalogue(const AwsConfig& config, const AwsInventory& inventory) {
  Catalogue catalogue;
  for (const AwsPlace& place : config.places) {
    const auto in_region = inventory.types.find(place.region);
    if (in_region == inventory.types.end()) continue;
    const auto in_zone = inventory.types_in_zone.find(place.zone);
    for (const Ec2InstanceType& type : in_region->second) {
      const bool is_there =
          in_zone == inventory.types_in_zone.end() || in_zone->second.contains(type.name);
      const std::optional<Money> price = config.PriceOf(place, type.name);
      if (!is_there || !price || !IsOffered(place, type)) continue;
      catalogue.offers.push_back(OfferOf(config, place, type, *price));
    }
  }
  for (const auto& [region, limit] : inventory.quota_vcpu) {
    catalogue.quotas.push_back({QuotaName(config, region), limit});
  }
  return catalogue;
}

}  // namespace spillway
