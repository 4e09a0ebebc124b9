#include "providers/vultr/vultr_catalogue.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace spillway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

VultrConfig AConfig() {
  VultrConfig config;
  config.account.name = "vultr";
  config.regions = {"fra", "sao"};
  return config;
}

VultrPlan AVirtualPlan(const std::string& id) {
  VultrPlan plan;
  plan.id = id;
  plan.vcpu = 2;
  plan.memory_mib = 4096;
  plan.cost = {.hourly = 0, .monthly = 20};
  plan.locations = {"fra", "sao"};
  return plan;
}

VultrPlan AMetalPlan(const std::string& id) {
  VultrPlan plan = AVirtualPlan(id);
  plan.type = ClusterType::kMetal;
  plan.vcpu = 16;
  plan.memory_mib = 131072;
  plan.cost = {.hourly = 0.479, .monthly = 350};
  return plan;
}

VultrMarket AMarket() {
  VultrMarket market;
  market.regions = {{"ams", "NL"}, {"fra", "DE"}, {"sao", "BR"}};
  market.plans = {AVirtualPlan("vc2-2c-4gb"), AMetalPlan("vbm-8c-132gb-v2")};
  market.stock = {{"fra", {"vc2-2c-4gb", "vbm-8c-132gb-v2"}}, {"sao", {"vc2-2c-4gb"}}};
  return market;
}

std::vector<std::string> Ids(const Catalogue& catalogue) {
  std::vector<std::string> ids;
  for (const Offer& offer : catalogue.offers) ids.push_back(offer.id);
  return ids;
}

TEST(VultrCatalogue, OffersBothProductsInTheRegionsOfTheConfiguration) {
  const Catalogue catalogue = VultrCatalogue(AConfig(), AMarket());
  ASSERT_THAT(Ids(catalogue), ElementsAre("vultr/fra/vc2-2c-4gb", "vultr/fra/vbm-8c-132gb-v2",
                                          "vultr/sao/vc2-2c-4gb", "vultr/sao/vbm-8c-132gb-v2"));
  EXPECT_THAT(catalogue.remarks, IsEmpty());
  const Offer& virtual_one = catalogue.offers[0];
  EXPECT_EQ(virtual_one.cluster_type, ClusterType::kVirtual);
  EXPECT_THAT(virtual_one.hypervisors, ElementsAre(Hypervisor::kLxc));
  EXPECT_EQ(virtual_one.country, "DE");
  EXPECT_EQ(virtual_one.coordinates, (Coordinates{50.1, 8.7}));
  EXPECT_EQ(virtual_one.capacity, (Capacity{2, 4096}));
  EXPECT_EQ(virtual_one.billing, (Billing{1h, 1h}));
  EXPECT_EQ(virtual_one.time_to_ready, 140s);
  EXPECT_EQ(virtual_one.quota, "vultr/virtual");
  const Offer& metal = catalogue.offers[1];
  EXPECT_EQ(metal.cluster_type, ClusterType::kMetal);
  EXPECT_THAT(metal.hypervisors,
              ElementsAre(Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc));
  EXPECT_EQ(metal.capacity, (Capacity{16, 131072}));
  EXPECT_EQ(metal.time_to_ready, 8min);
  EXPECT_EQ(metal.quota, "vultr/metal");
}

TEST(VultrCatalogue, KnowsStockAsFarAsVultrAndTheConfigurationTell) {
  VultrConfig config = AConfig();
  config.most_instances = 25;
  config.most_bare_metals = 2;
  VultrMarket market = AMarket();
  market.stock.erase("fra");
  market.machines = {{ClusterType::kVirtual, 20}};
  const Catalogue catalogue = VultrCatalogue(config, market);
  EXPECT_THAT(catalogue.quotas, ElementsAre(Quota{"vultr/virtual", 25, QuotaUnit::kMachines},
                                            Quota{"vultr/metal", 2, QuotaUnit::kMachines}));
  EXPECT_EQ(catalogue.offers.at(0).stock, 5) << "what the limit leaves";
  EXPECT_EQ(catalogue.offers.at(1).stock, std::nullopt) << "nobody has counted";
  EXPECT_EQ(catalogue.offers.at(2).stock, 5);
  EXPECT_EQ(catalogue.offers.at(3).stock, 0) << "sold there, and none to be had";
  market.machines = {{ClusterType::kVirtual, 30}};
  EXPECT_EQ(VultrCatalogue(config, market).offers.at(0).stock, 0);
  EXPECT_EQ(VultrCatalogue(AConfig(), AMarket()).offers.at(0).stock, std::nullopt);
}

TEST(VultrCatalogue, OffersWhatIsInStockWhereverItIsSaidToBeSold) {
  VultrMarket market = AMarket();
  for (VultrPlan& plan : market.plans) plan.locations.clear();
  EXPECT_THAT(
      Ids(VultrCatalogue(AConfig(), market)),
      ElementsAre("vultr/fra/vc2-2c-4gb", "vultr/fra/vbm-8c-132gb-v2", "vultr/sao/vc2-2c-4gb"));
}

TEST(VultrCatalogue, LeavesOutWhatCannotServe) {
  const std::pair<const char*, void (*)(VultrPlan&)> cases[] = {
      {"a GPU", [](VultrPlan& plan) { plan.has_gpu = true; }},
      {"no ordinary machine", [](VultrPlan& plan) { plan.is_ordinary = false; }},
      {"free", [](VultrPlan& plan) { plan.cost = {}; }},
      {"no processors", [](VultrPlan& plan) { plan.vcpu = 0; }},
      {"no memory", [](VultrPlan& plan) { plan.memory_mib = 0; }},
  };
  for (const auto& [what, spoil] : cases) {
    VultrMarket market = AMarket();
    spoil(market.plans[0]);
    EXPECT_THAT(Ids(VultrCatalogue(AConfig(), market)),
                ElementsAre("vultr/fra/vbm-8c-132gb-v2", "vultr/sao/vbm-8c-132gb-v2"))
        << what;
  }
}

TEST(VultrCatalogue, OffersOnlyTheListedPlansAndThoseWithAGpuToo) {
  VultrConfig config = AConfig();
  config.plans = {"vcg-a16-2c-8g-2vram"};
  VultrMarket market = AMarket();
  market.plans.push_back(AVirtualPlan("vcg-a16-2c-8g-2vram"));
  market.plans.back().has_gpu = true;
  EXPECT_THAT(Ids(VultrCatalogue(config, market)),
              ElementsAre("vultr/fra/vcg-a16-2c-8g-2vram", "vultr/sao/vcg-a16-2c-8g-2vram"));
}

TEST(VultrCatalogue, RemarksOnRegionsAndPlansThatVultrDoesNotHave) {
  VultrConfig config = AConfig();
  config.regions = {"fra", "mars"};
  config.plans = {"vc2-2c-4gb", "vc2-nano"};
  VultrMarket market = AMarket();
  market.remarks = {"stock of fra: transient"};
  EXPECT_THAT(VultrCatalogue(config, market).remarks,
              ElementsAre("stock of fra: transient", "regions: Vultr has no region \"mars\"",
                          "plans: Vultr has no plan \"vc2-nano\""));
}

TEST(VultrPrices, AreTheMostSpecialThatIsKnown) {
  VultrConfig config = AConfig();
  VultrPlan plan = AVirtualPlan("vc2-2c-4gb");
  EXPECT_EQ(VultrPricePerHour(plan, "fra", config), Money{29'762}) << "20 / 672, rounded up";
  config.hours_per_month = 730;
  EXPECT_EQ(VultrPricePerHour(plan, "fra", config), Money{27'398});
  plan.cost.hourly = 0.03;
  EXPECT_EQ(VultrPricePerHour(plan, "fra", config), Money{30'000});
  plan.cost_at["sao"] = {.hourly = 0.045, .monthly = 30};
  EXPECT_EQ(VultrPricePerHour(plan, "sao", config), Money{45'000});
  EXPECT_EQ(VultrPricePerHour(plan, "fra", config), Money{30'000});
  plan.cost_at["ams"] = {};
  EXPECT_EQ(VultrPricePerHour(plan, "ams", config), Money{30'000});
  config.account.prices = {{"vc2-2c-4gb", Money{7}}, {"fra/vc2-2c-4gb", Money{9}}};
  EXPECT_EQ(VultrPricePerHour(plan, "fra", config), Money{9});
  EXPECT_EQ(VultrPricePerHour(plan, "sao", config), Money{7});
}

}  // namespace
}  // namespace spillway
