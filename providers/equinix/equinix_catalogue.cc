#include "providers/equinix/equinix_catalogue.h"

#include <algorithm>

#include "providers/equinix/equinix_metros.h"
#include "providers/equinix/equinix_plans.h"

namespace spillway {
namespace {

constexpr Duration kTimeToReady = std::chrono::minutes(10);
// Whole hours, from activation to deletion.
constexpr Billing kBilling{.step = std::chrono::hours(1), .minimum = std::chrono::hours(1)};

// Where `plan` is to be had in `metro`: its own price there, if it has one.
const std::optional<Money>* EntryFor(const EquinixPlan& plan, const EquinixMetro& metro) {
  for (const std::string& name : {metro.id, metro.code}) {
    const auto entry = plan.metros.find(name);
    if (entry != plan.metros.end()) return &entry->second;
  }
  return nullptr;
}

std::optional<Money> PriceOf(const EquinixConfig& config, const EquinixPlan& plan,
                             const EquinixMetro& metro, const std::optional<Money>& in_metro) {
  const auto overridden = OverriddenPrice(config.account.prices, metro.code, plan.slug);
  if (overridden) return overridden;
  if (in_metro) return in_metro;
  return plan.price ? plan.price : ShippedEquinixPrice(plan.slug);
}

std::optional<std::int64_t> VcpuOf(const EquinixConfig& config, const EquinixPlan& plan) {
  const auto configured = config.vcpu.find(plan.slug);
  if (configured != config.vcpu.end()) return configured->second;
  return EquinixCores(plan.slug, plan.cpus);
}

std::optional<std::int64_t> StockOf(const EquinixConfig& config, const EquinixSupply& supply,
                                    const std::string& metro, const std::string& plan) {
  std::optional<std::int64_t> stock;
  if (const auto plans = supply.stock.find(metro); plans != supply.stock.end()) {
    const auto number = plans->second.find(plan);
    if (number != plans->second.end()) stock = number->second;
  }
  if (!config.device_quota || !supply.devices) return stock;
  const std::int64_t left = std::max<std::int64_t>(0, *config.device_quota - *supply.devices);
  return std::min(stock.value_or(left), left);
}

std::string QuotaName(const EquinixConfig& config) { return config.account.name + "/devices"; }

bool IsOffered(const EquinixConfig& config, const EquinixPlan& plan) {
  const bool is_wanted = config.plans.empty() || std::find(config.plans.begin(), config.plans.end(),
                                                           plan.slug) != config.plans.end();
  return is_wanted && plan.is_metal && plan.is_on_demand && plan.memory_mib > 0;
}

std::optional<Offer> OfferOf(const EquinixConfig& config, const EquinixSupply& supply,
                             const EquinixPlan& plan, const EquinixMetro& metro) {
  const std::optional<Money>* in_metro = EntryFor(plan, metro);
  if (in_metro == nullptr || !IsOffered(config, plan)) return std::nullopt;
  const std::optional<Money> price = PriceOf(config, plan, metro, *in_metro);
  const std::optional<std::int64_t> vcpu = VcpuOf(config, plan);
  if (!price || !vcpu) return std::nullopt;

  Offer offer;
  offer.id = config.account.name + "/" + metro.code + "/" + plan.slug;
  offer.provider = config.account.name;
  offer.location = metro.code;
  offer.plan = plan.slug;
  const EquinixPlace* place = FindEquinixPlace(metro.code);
  if (place != nullptr) offer.coordinates = place->coordinates;
  offer.country = metro.country;
  if (offer.country.empty() && place != nullptr) offer.country = place->country;
  offer.cluster_type = ClusterType::kMetal;
  offer.hypervisors = {Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc};
  offer.capacity = {*vcpu, plan.memory_mib};
  offer.price_per_hour = *price;
  offer.billing = kBilling;
  offer.time_to_ready = kTimeToReady;
  offer.stock = StockOf(config, supply, metro.code, plan.slug);
  offer.quota = QuotaName(config);
  return offer;
}

// What was asked for by name and is not offered, so that it is not missed at the peak.
std::vector<std::string> Remarks(const EquinixConfig& config, const EquinixSupply& supply,
                                 const std::vector<Offer>& offers) {
  std::vector<std::string> remarks;
  for (const std::string& code : config.metros) {
    const auto is_it = [&code](const EquinixMetro& metro) { return metro.code == code; };
    if (std::none_of(supply.metros.begin(), supply.metros.end(), is_it)) {
      remarks.push_back("metro " + code + ": the API does not have it");
    }
  }
  for (const std::string& plan : config.plans) {
    const auto is_it = [&plan](const Offer& offer) { return offer.plan == plan; };
    if (std::none_of(offers.begin(), offers.end(), is_it)) {
      remarks.push_back("plan " + plan + ": not to be had on demand in these metros, or without " +
                        "a known price (`prices`) or number of cores (`vcpu`)");
    }
  }
  return remarks;
}

}  // namespace

Catalogue EquinixCatalogue(const EquinixConfig& config, const EquinixSupply& supply) {
  Catalogue catalogue;
  for (const std::string& code : config.metros) {
    for (const EquinixMetro& metro : supply.metros) {
      if (metro.code != code) continue;
      for (const EquinixPlan& plan : supply.plans) {
        std::optional<Offer> offer = OfferOf(config, supply, plan, metro);
        if (offer) catalogue.offers.push_back(std::move(*offer));
      }
    }
  }
  if (config.device_quota) {
    catalogue.quotas = {{QuotaName(config), *config.device_quota, QuotaUnit::kMachines}};
  }
  catalogue.remarks = Remarks(config, supply, catalogue.offers);
  return catalogue;
}

}  // namespace spillway
