#include "providers/vultr/vultr_catalogue.h"

#include <algorithm>
#include <cmath>

#include "providers/vultr/vultr_regions.h"

namespace spillway {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Every started hour is charged.
constexpr Billing kBilling{.step = hours(1), .minimum = hours(1)};
// Virtual: up to 120 s to run and 20 s more until SSH answers. Metal: 6 to 8 minutes, as reported
// in 2026.
constexpr Duration kVirtualTimeToReady = seconds(140);
constexpr Duration kMetalTimeToReady = minutes(8);

bool Contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Rounded up to the next millionth; what is less than a billionth of a unit is noise of floating
// point.
Money RoundedUp(double units) {
  return Money{static_cast<std::int64_t>(std::ceil(units * 1e6 - 1e-3))};
}

std::optional<Money> HourOf(const VultrCost& cost, std::int64_t hours_per_month) {
  if (cost.hourly > 0) return RoundedUp(cost.hourly);
  if (cost.monthly > 0) return RoundedUp(cost.monthly / static_cast<double>(hours_per_month));
  return std::nullopt;
}

// Nothing: Vultr has not said.
std::optional<bool> IsInStock(const VultrMarket& market, const std::string& region,
                              const VultrPlan& plan) {
  const auto stock = market.stock.find(region);
  if (stock == market.stock.end()) return std::nullopt;
  return stock->second.contains(plan.id);
}

std::optional<std::int64_t> StockOf(const VultrConfig& config, const VultrMarket& market,
                                    const std::string& region, const VultrPlan& plan) {
  if (IsInStock(market, region, plan) == false) return 0;
  const auto machines = market.machines.find(plan.type);
  const auto& most = config.MostOf(plan.type);
  if (!most || machines == market.machines.end()) return std::nullopt;
  return std::max<std::int64_t>(*most - machines->second, 0);
}

// Where a plan is sold (`locations`) may lag behind what there is.
bool IsOffered(const VultrConfig& config, const VultrMarket& market, const std::string& region,
               const VultrPlan& plan) {
  const bool is_wanted = config.plans.empty() ? !plan.has_gpu : Contains(config.plans, plan.id);
  const bool is_sold =
      Contains(plan.locations, region) || IsInStock(market, region, plan).value_or(false);
  return is_wanted && is_sold && plan.is_ordinary && plan.vcpu > 0 && plan.memory_mib > 0;
}

// Vultr counts instances and bare metal apart.
std::string QuotaName(const VultrConfig& config, ClusterType type) {
  return config.account.name + "/" + std::string(Name(type));
}

Offer OfferOf(const VultrConfig& config, const VultrRegion& region, const VultrPlan& plan) {
  const bool is_metal = plan.type == ClusterType::kMetal;
  Offer offer;
  offer.id = config.account.name + "/" + region.id + "/" + plan.id;
  offer.provider = config.account.name;
  offer.location = region.id;
  offer.plan = plan.id;
  offer.country = region.country;
  offer.coordinates = VultrCoordinates(region.id);
  offer.cluster_type = plan.type;
  offer.hypervisors = {Hypervisor::kLxc};
  if (is_metal) {
    offer.hypervisors = {Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc};
  }
  offer.capacity = {plan.vcpu, plan.memory_mib};
  offer.billing = kBilling;
  offer.time_to_ready = is_metal ? kMetalTimeToReady : kVirtualTimeToReady;
  offer.quota = QuotaName(config, plan.type);
  return offer;
}

void AddRemarks(const VultrConfig& config, const VultrMarket& market, Catalogue& catalogue) {
  const auto has = [](const auto& things, const std::string& id) {
    return std::any_of(things.begin(), things.end(),
                       [&id](const auto& thing) { return thing.id == id; });
  };
  for (const std::string& region : config.regions) {
    if (!has(market.regions, region)) {
      catalogue.remarks.push_back("regions: Vultr has no region \"" + region + "\"");
    }
  }
  for (const std::string& plan : config.plans) {
    if (!has(market.plans, plan)) {
      catalogue.remarks.push_back("plans: Vultr has no plan \"" + plan + "\"");
    }
  }
}

}  // namespace

std::optional<Money> VultrPricePerHour(const VultrPlan& plan, std::string_view region,
                                       const VultrConfig& config) {
  if (const auto price = OverriddenPrice(config.account.prices, region, plan.id)) return price;
  const auto cost = plan.cost_at.find(std::string(region));
  if (cost != plan.cost_at.end()) {
    if (const auto price = HourOf(cost->second, config.hours_per_month)) return price;
  }
  return HourOf(plan.cost, config.hours_per_month);
}

Catalogue VultrCatalogue(const VultrConfig& config, const VultrMarket& market) {
  Catalogue catalogue;
  catalogue.remarks = market.remarks;
  for (const VultrRegion& region : market.regions) {
    if (!Contains(config.regions, region.id)) continue;
    for (const VultrPlan& plan : market.plans) {
      const std::optional<Money> price = VultrPricePerHour(plan, region.id, config);
      if (!price || !IsOffered(config, market, region.id, plan)) continue;
      Offer offer = OfferOf(config, region, plan);
      offer.price_per_hour = *price;
      offer.stock = StockOf(config, market, region.id, plan);
      catalogue.offers.push_back(std::move(offer));
    }
  }
  for (const ClusterType type : {ClusterType::kVirtual, ClusterType::kMetal}) {
    const auto& most = config.MostOf(type);
    if (most) catalogue.quotas.push_back({QuotaName(config, type), *most, QuotaUnit::kMachines});
  }
  AddRemarks(config, market, catalogue);
  return catalogue;
}

}  // namespace spillway
