#include "providers/google/google_catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <set>

#include "providers/google/google_regions.h"

namespace spillway {
namespace {

constexpr Duration kTimeToReady = std::chrono::seconds(90);
constexpr Billing kBilling{.step = std::chrono::seconds(1), .minimum = std::chrono::seconds(60)};

std::string FamilyOf(const std::string& type) { return type.substr(0, type.find('-')); }

bool Has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsOffered(const GooglePlace& place, const GoogleMachineType& type) {
  if (type.is_obsolete || type.name.ends_with("-metal")) return false;
  if (!place.machine_types.empty()) return Has(place.machine_types, type.name);
  // The other shapes of a family fit rarely; a shared core promises more than it has.
  return !type.is_shared_core && type.name.find("-standard-") != std::string::npos;
}

// A part of the account's limits that each machine takes.
struct Claim {
  std::string of;  // the region or the project, for people
  const GoogleQuotas* quotas;
  std::string metric;
  std::int64_t amount;

  const GoogleQuota* Find() const {
    const auto found = quotas->find(metric);
    return found == quotas->end() ? nullptr : &found->second;
  }
};

// Families that came later than N1 and E2 have a limit of their own.
std::string CpuMetric(const GoogleQuotas& quotas, const std::string& type) {
  std::string metric = FamilyOf(type) + "_CPUS";
  std::transform(metric.begin(), metric.end(), metric.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return quotas.contains(metric) ? metric : "CPUS";
}

std::string DiskMetric(const std::string& disk_type) {
  if (disk_type == "pd-standard") return "DISKS_TOTAL_GB";
  return disk_type.starts_with("pd-") ? "SSD_TOTAL_GB" : "";
}

class Shelf {
 public:
  Shelf(const GoogleConfig& config, const GoogleMarket& market)
      : config_(config), market_(market) {}

  void Fill(const GooglePlace& place, const std::vector<GoogleMachineType>& types) {
    std::set<std::string> missing(place.machine_types.begin(), place.machine_types.end());
    for (const GoogleMachineType& type : types) {
      if (!IsOffered(place, type)) continue;
      missing.erase(type.name);
      if (const auto price = config_.PriceOf(place.zone, type)) Add(place, type, *price);
    }
    for (const std::string& type : missing) {
      catalogue_.remarks.push_back(place.zone + " has no machine type " + type);
    }
  }

  Catalogue Done() {
    for (const auto& [name, limit] : quotas_) catalogue_.quotas.push_back({name, limit});
    catalogue_.remarks.insert(catalogue_.remarks.end(), used_up_.begin(), used_up_.end());
    return std::move(catalogue_);
  }

 private:
  void Add(const GooglePlace& place, const GoogleMachineType& type, Money price) {
    const std::string region = GoogleRegionOf(place.zone);
    Offer offer;
    offer.provider = config_.account.name;
    offer.location = place.zone;
    offer.plan = type.name;
    offer.id = offer.provider + "/" + offer.location + "/" + offer.plan;
    offer.group = offer.provider + "/" + offer.location + "/" + FamilyOf(type.name);
    if (const GoogleRegion* known = FindGoogleRegion(region)) {
      offer.country = known->country;
      offer.coordinates = known->coordinates;
    }
    offer.cluster_type = ClusterType::kVirtual;
    offer.hypervisors = {Hypervisor::kLxc};
    offer.capacity = {type.vcpu, type.memory_mib};
    offer.price_per_hour = price;
    offer.billing = kBilling;
    offer.time_to_ready = kTimeToReady;
    const std::vector<Claim> claims = ClaimsOf(region, type);
    offer.stock = StockOf(claims);
    offer.quota = QuotaOf(claims);
    catalogue_.offers.push_back(std::move(offer));
  }

  // The one of the region's processors first.
  std::vector<Claim> ClaimsOf(const std::string& region, const GoogleMachineType& type) const {
    static const GoogleQuotas kUnknown;
    const auto found = market_.quotas.find(region);
    const GoogleQuotas& quotas = found == market_.quotas.end() ? kUnknown : found->second;
    std::vector<Claim> claims = {
        {region, &quotas, CpuMetric(quotas, type.name), type.vcpu},
        {region, &quotas, "INSTANCES", 1},
        {region, &quotas, DiskMetric(config_.boot_disk.type), config_.boot_disk.gib},
        {"the project", &market_.project_quotas, "CPUS_ALL_REGIONS", type.vcpu}};
    if (config_.account.public_address) claims.push_back({region, &quotas, "IN_USE_ADDRESSES", 1});
    return claims;
  }

  std::optional<std::int64_t> StockOf(const std::vector<Claim>& claims) {
    std::optional<std::int64_t> stock;
    for (const Claim& claim : claims) {
      const GoogleQuota* quota = claim.Find();
      if (quota == nullptr) continue;
      const double left = std::max(quota->limit - quota->usage, 0.0);
      const auto machines =
          static_cast<std::int64_t>(std::floor(left / static_cast<double>(claim.amount)));
      if (machines == 0) {
        used_up_.insert(fmt::format("quota {} of {}: {} of {} are used", claim.metric, claim.of,
                                    quota->usage, quota->limit));
      }
      stock = std::min(stock.value_or(machines), machines);
    }
    return stock;
  }

  std::string QuotaOf(const std::vector<Claim>& claims) {
    const Claim& claim = claims.front();
    const std::string name = config_.account.name + "/" + claim.of + "/" + claim.metric;
    // Also without its figure: a refusal for it is about every offer that it holds for.
    if (const GoogleQuota* quota = claim.Find()) {
      quotas_[name] = static_cast<std::int64_t>(quota->limit);
    }
    return name;
  }

  const GoogleConfig& config_;
  const GoogleMarket& market_;
  Catalogue catalogue_;
  std::map<std::string, std::int64_t> quotas_;  // limits by name
  std::set<std::string> used_up_;               // in words
};

}  // namespace

Catalogue GoogleCatalogue(const GoogleConfig& config, const GoogleMarket& market) {
  Shelf shelf(config, market);
  for (const GooglePlace& place : config.places) {
    const auto types = market.types.find(place.zone);
    if (types != market.types.end()) shelf.Fill(place, types->second);
  }
  return shelf.Done();
}

}  // namespace spillway
