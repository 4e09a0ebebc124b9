#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/digitalocean/digitalocean_catalogue.h"
#include "providers/digitalocean/digitalocean_regions.h"

namespace spillway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using namespace std::chrono_literals;

DigitalOceanConfig InFrankfurt() {
  DigitalOceanConfig config;
  config.account.name = "do";
  config.places = {{"fra1", ""}};
  return config;
}

DigitalOceanSize ASize(const std::string& slug) {
  return {.slug = slug,
          .is_available = true,
          .vcpu = 4,
          .memory_mib = 8192,
          .price_per_hour = Money{71'429},
          .regions = {"fra1", "xyz1"}};
}

const std::vector<DigitalOceanRegion> kFrankfurt = {{"fra1", true, {"a", "b"}}};

std::vector<std::string> Ids(const Catalogue& catalogue) {
  std::vector<std::string> ids;
  for (const Offer& offer : catalogue.offers) ids.push_back(offer.id);
  return ids;
}

TEST(DigitalOceanCatalogue, OffersWhatRegionAndSizeSayCanBeMade) {
  DigitalOceanSize sold_out = ASize("b");
  sold_out.is_available = false;
  DigitalOceanSize elsewhere = ASize("a");
  elsewhere.regions = {"nyc3"};
  const std::vector<DigitalOceanRegion> unsaid = {{"fra1", true, {}}};
  const std::vector<DigitalOceanRegion> closed = {{"fra1", false, {"a", "b"}}};
  DigitalOceanSize gpu = ASize("a");
  gpu.has_gpu = true;
  DigitalOceanSize free = ASize("a");
  free.price_per_hour = Money{};
  struct Case {
    const char* why;
    std::vector<DigitalOceanRegion> regions;
    std::vector<DigitalOceanSize> sizes;
    std::vector<std::string> ids;
  };
  const Case cases[] = {
      {"both say so", kFrankfurt, {ASize("a"), ASize("b")}, {"do/fra1/a", "do/fra1/b"}},
      {"the size is not available", kFrankfurt, {ASize("a"), sold_out}, {"do/fra1/a"}},
      {"the size does not have the region", kFrankfurt, {elsewhere, ASize("b")}, {"do/fra1/b"}},
      {"the region does not have the size", kFrankfurt, {ASize("c")}, {}},
      {"the region may not say its sizes", unsaid, {ASize("c")}, {"do/fra1/c"}},
      {"the region is closed", closed, {ASize("a")}, {}},
      {"a GPU was not asked for", kFrankfurt, {gpu}, {}},
      {"a price is not known", kFrankfurt, {free}, {}},
  };
  for (const Case& each : cases) {
    const auto catalogue =
        DigitalOceanCatalogue(InFrankfurt(), each.regions, each.sizes, std::nullopt);
    EXPECT_EQ(Ids(catalogue), each.ids) << each.why;
  }
}

TEST(DigitalOceanCatalogue, SaysOfEachOfferWhatAPlannerNeeds) {
  const auto catalogue =
      DigitalOceanCatalogue(InFrankfurt(), kFrankfurt, {ASize("a")}, std::nullopt);
  ASSERT_EQ(catalogue.offers.size(), 1u);
  const Offer& offer = catalogue.offers[0];
  EXPECT_EQ(offer.provider, "do");
  EXPECT_EQ(offer.location, "fra1");
  EXPECT_EQ(offer.plan, "a");
  EXPECT_EQ(offer.country, "DE");
  EXPECT_EQ(offer.coordinates, (Coordinates{50.1, 8.7}));
  EXPECT_EQ(offer.cluster_type, ClusterType::kVirtual);
  EXPECT_EQ(offer.hypervisors, std::vector{Hypervisor::kLxc});
  EXPECT_EQ(offer.capacity, (Capacity{4, 8192}));
  EXPECT_EQ(offer.price_per_hour, Money{71'429});
  EXPECT_EQ(offer.time_to_ready, 90s);
  EXPECT_EQ(offer.stock, std::nullopt);
  EXPECT_EQ(offer.quota, "do/droplets") << "a refusal for the limit is about all offers";
  EXPECT_THAT(catalogue.quotas, IsEmpty());
  EXPECT_THAT(catalogue.remarks, IsEmpty());
}

TEST(DigitalOceanCatalogue, ChargesAtLeastAMinuteAndAtLeastACent) {
  const std::pair<Money, Duration> cases[] = {
      {Money{10'000}, 1h},     // a cent an hour
      {Money{71'429}, 504s},   // 0.01 / 0.071429 h
      {Money{600'000}, 1min},  // a cent a minute
      {Money{3'390'000}, 1min},
  };
  for (const auto& [price, minimum] : cases) {
    DigitalOceanSize size = ASize("a");
    size.price_per_hour = price;
    const auto catalogue = DigitalOceanCatalogue(InFrankfurt(), kFrankfurt, {size}, std::nullopt);
    EXPECT_EQ(catalogue.offers.at(0).billing, (Billing{1s, minimum})) << price.micros;
    EXPECT_GE(Cost(price, catalogue.offers[0].billing, 1s), Money{10'000}) << price.micros;
  }
}

TEST(DigitalOceanCatalogue, TakesTheOperatorsPriceFirst) {
  DigitalOceanConfig config = InFrankfurt();
  config.account.prices = {{"a", Money{7}}, {"fra1/b", Money{9}}};
  DigitalOceanSize unpriced = ASize("b");
  unpriced.price_per_hour = Money{};
  const auto catalogue =
      DigitalOceanCatalogue(config, kFrankfurt, {ASize("a"), unpriced}, std::nullopt);
  ASSERT_EQ(catalogue.offers.size(), 2u);
  EXPECT_EQ(catalogue.offers[0].price_per_hour, Money{7});
  EXPECT_EQ(catalogue.offers[1].price_per_hour, Money{9});
}

TEST(DigitalOceanCatalogue, GivesEveryOfferWhatIsLeftOfTheAccount) {
  DigitalOceanSize large = ASize("b");
  large.vcpu = 16;
  const std::vector<DigitalOceanSize> sizes = {ASize("a"), large};
  const auto some = DigitalOceanCatalogue(InFrankfurt(), kFrankfurt, sizes, DropletLimit{25, 20});
  ASSERT_EQ(some.offers.size(), 2u);
  for (const Offer& offer : some.offers) {
    EXPECT_EQ(offer.stock, 5);
    EXPECT_EQ(offer.quota, "do/droplets");
  }
  EXPECT_THAT(some.quotas, ElementsAre(Quota{"do/droplets", 25, QuotaUnit::kMachines}));
  const auto none = DigitalOceanCatalogue(InFrankfurt(), kFrankfurt, sizes, DropletLimit{25, 30});
  EXPECT_EQ(none.offers.at(0).stock, 0);
}

TEST(DigitalOceanCatalogue, SaysWhatOfTheConfigurationIsNotToBeHad) {
  DigitalOceanConfig config = InFrankfurt();
  config.places = {{"fra1", ""}, {"sfo1", ""}, {"fra9", ""}};
  config.sizes = {"a", "zzz"};
  const std::vector<DigitalOceanRegion> regions = {{"fra1", true, {}}, {"sfo1", false, {}}};
  const auto catalogue =
      DigitalOceanCatalogue(config, regions, {ASize("a"), ASize("b")}, std::nullopt);
  EXPECT_THAT(Ids(catalogue), ElementsAre("do/fra1/a"));
  EXPECT_THAT(catalogue.remarks, UnorderedElementsAre("size zzz is not to be had in fra1 now",
                                                      "region sfo1 takes no new Droplets now",
                                                      "DigitalOcean has no region fra9"));
}

TEST(DigitalOceanCatalogue, OffersARegionOfTheFutureWithoutAPlace) {
  DigitalOceanConfig config = InFrankfurt();
  config.places = {{"xyz1", ""}};
  const auto catalogue =
      DigitalOceanCatalogue(config, {{"xyz1", true, {}}}, {ASize("a")}, std::nullopt);
  ASSERT_EQ(catalogue.offers.size(), 1u);
  EXPECT_EQ(catalogue.offers[0].country, "");
  EXPECT_EQ(catalogue.offers[0].coordinates, std::nullopt);
}

TEST(DigitalOceanRegions, SayWhereDataWouldBe) {
  const auto* bangalore = FindDigitalOceanRegion("blr1");
  ASSERT_NE(bangalore, nullptr);
  EXPECT_EQ(bangalore->country, "IN");
  EXPECT_EQ(FindDigitalOceanRegion("xyz1"), nullptr);
}

TEST(DigitalOceanRegions, HaveTheFormOfASlug) {
  for (const char* slug : {"fra1", "nyc3", "blr12"}) {
    EXPECT_TRUE(IsDigitalOceanRegionSlug(slug)) << slug;
  }
  for (const char* slug : {"", "fra", "1", "FRA1", "fra1a", "fra-1", "fra1/x"}) {
    EXPECT_FALSE(IsDigitalOceanRegionSlug(slug)) << slug;
  }
}

}  // namespace
}  // namespace spillway
