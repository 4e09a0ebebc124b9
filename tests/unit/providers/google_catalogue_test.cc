#include "providers/google/google_catalogue.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/unit/providers/google_account.h"

namespace spillway {
namespace {

using ::testing::ElementsAre;
using testing::GoogleAccount;
using ::testing::IsEmpty;
using namespace std::chrono_literals;
using fakes::GoogleFault;

const Offer* FindOffer(const Catalogue& catalogue, const std::string& id) {
  const auto found = std::find_if(catalogue.offers.begin(), catalogue.offers.end(),
                                  [&id](const Offer& o) { return o.id == id; });
  return found == catalogue.offers.end() ? nullptr : &*found;
}

std::vector<std::string> PlansIn(const Catalogue& catalogue, const std::string& zone) {
  std::vector<std::string> plans;
  for (const Offer& offer : catalogue.offers) {
    if (offer.location == zone) plans.push_back(offer.plan);
  }
  return plans;
}

GoogleConfig AConfig() {
  GoogleConfig config;
  config.account.name = "google";
  config.places = {testing::AGooglePlace("europe-west3-a")};
  return config;
}

GoogleMarket AMarket() {
  GoogleMarket market;
  market.types["europe-west3-a"] = {{.name = "e2-standard-4", .vcpu = 4, .memory_mib = 16384},
                                    {.name = "n2-standard-8", .vcpu = 8, .memory_mib = 32768}};
  return market;
}

TEST(GoogleOffers, SayWhatAMachineCanBe) {
  GoogleAccount account;
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  const Offer* offer = FindOffer(*catalogue, "google/europe-west3-a/e2-standard-4");
  ASSERT_NE(offer, nullptr);
  EXPECT_EQ(offer->provider, "google");
  EXPECT_EQ(offer->cluster_type, ClusterType::kVirtual);
  EXPECT_THAT(offer->hypervisors, ElementsAre(Hypervisor::kLxc));
  EXPECT_EQ(offer->capacity, (Capacity{4, 16384}));
  EXPECT_EQ(offer->country, "DE");
  EXPECT_EQ(offer->billing, (Billing{1s, 60s}));
  EXPECT_EQ(offer->time_to_ready, 90s);
  EXPECT_EQ(offer->group, "google/europe-west3-a/e2");
  EXPECT_EQ(offer->quota, "google/europe-west3/CPUS");
  EXPECT_EQ(offer->price_per_hour,
            account.config.PriceOf("europe-west3-a",
                                   {.name = "e2-standard-4", .vcpu = 4, .memory_mib = 16384}));
  EXPECT_THAT(catalogue->remarks, IsEmpty());
  EXPECT_NE(FindOffer(*catalogue, "google/europe-west1-b/e2-standard-4"), nullptr);
}

TEST(GoogleOffers, AreStandardTypesWithAPriceUnlessOthersAreNamed) {
  GoogleAccount account;
  const auto usual = account.provider->Offers();
  ASSERT_TRUE(usual) << Describe(usual.error());
  EXPECT_THAT(PlansIn(*usual, "europe-west3-a"),
              ElementsAre("c2-standard-4", "c3-standard-4", "e2-standard-2", "e2-standard-4",
                          "e2-standard-8", "n1-standard-4", "n2-standard-2", "n2-standard-4",
                          "n2-standard-8"));

  account.config.places[0].machine_types = {"e2-medium", "t2a-standard-4", "e2-highmem-2"};
  account.config.account.prices = {{"t2a-standard-4", Money{200'000}}};
  account.Restart();
  const auto named = account.provider->Offers();
  ASSERT_TRUE(named) << Describe(named.error());
  EXPECT_THAT(PlansIn(*named, "europe-west3-a"),
              ElementsAre("e2-highmem-2", "e2-medium", "t2a-standard-4"));
}

TEST(GoogleOffers, SayWhichTypeAZoneDoesNotHave) {
  GoogleAccount account;
  account.config.places[1].machine_types = {"c3-standard-4", "e2-standard-2"};
  account.Restart();
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_THAT(PlansIn(*catalogue, "europe-west1-b"), ElementsAre("e2-standard-2"));
  EXPECT_THAT(catalogue->remarks, ElementsAre("europe-west1-b has no machine type c3-standard-4"));
}

TEST(GoogleOffers, ComeFromAllPages) {
  GoogleAccount whole;
  GoogleAccount paged({.page_size = 3});
  const auto catalogue = paged.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_EQ(*catalogue, *whole.provider->Offers());
}

TEST(GoogleOffers, OfAZoneThatDoesNotAnswerAreThoseSeenBeforeAndSaySo) {
  GoogleAccount account;
  const auto before = account.provider->Offers();
  ASSERT_TRUE(before);
  account.google.Fail("machineTypes.list", GoogleFault::Page(502));
  const auto after = account.provider->Offers();
  ASSERT_TRUE(after) << Describe(after.error());
  EXPECT_EQ(after->offers, before->offers);
  ASSERT_EQ(after->remarks.size(), 1u);
  EXPECT_THAT(after->remarks[0],
              ::testing::StartsWith("machine types of europe-west3-a are as last seen: "));

  account.google.Fail("machineTypes.list", GoogleFault::Refused(403, "forbidden"), 2);
  const auto denied = account.provider->Offers();
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::kDenied);
}

TEST(GoogleOffers, AreMadeWithoutQuotasWhenThoseMayNotBeRead) {
  GoogleAccount account;
  account.google.Fail("regions.get", GoogleFault::Refused(403, "forbidden"), 2);
  account.google.Fail("projects.get", GoogleFault::Refused(403, "forbidden"));
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  const Offer* offer = FindOffer(*catalogue, "google/europe-west3-a/e2-standard-4");
  ASSERT_NE(offer, nullptr);
  EXPECT_EQ(offer->quota, "google/europe-west3/CPUS") << "a refusal is about the whole region";
  EXPECT_EQ(offer->stock, std::nullopt);
  EXPECT_EQ(catalogue->remarks.size(), 3u);
}

TEST(GoogleQuota, OfAFamilyGoesBeforeThatOfAllProcessors) {
  GoogleMarket market = AMarket();
  market.quotas["europe-west3"] = {{"CPUS", {24, 4}}, {"N2_CPUS", {16, 0}}};
  const Catalogue catalogue = GoogleCatalogue(AConfig(), market);
  EXPECT_EQ(FindOffer(catalogue, "google/europe-west3-a/e2-standard-4")->quota,
            "google/europe-west3/CPUS");
  EXPECT_EQ(FindOffer(catalogue, "google/europe-west3-a/n2-standard-8")->quota,
            "google/europe-west3/N2_CPUS");
  EXPECT_THAT(catalogue.quotas, ElementsAre(Quota{"google/europe-west3/CPUS", 24},
                                            Quota{"google/europe-west3/N2_CPUS", 16}));
}

struct StockCase {
  const char* metric;
  GoogleQuota quota;
  std::int64_t stock;  // of e2-standard-4 with a disk of 50 GiB
};

TEST(GoogleStock, IsWhatTheTightestLimitLeaves) {
  const StockCase rows[] = {
      {"CPUS", {24, 4}, 5},           {"CPUS", {24, 21}, 0},
      {"INSTANCES", {8, 5}, 3},       {"IN_USE_ADDRESSES", {4, 4}, 0},
      {"SSD_TOTAL_GB", {500, 0}, 10}, {"CPUS_ALL_REGIONS", {12, 0}, 3},
      {"CPUS", {24, 30}, 0},
  };
  for (const StockCase& row : rows) {
    GoogleMarket market = AMarket();
    market.quotas["europe-west3"] = {{"CPUS", {1000, 0}}, {"INSTANCES", {1000, 0}}};
    if (std::string(row.metric) == "CPUS_ALL_REGIONS") {
      market.project_quotas[row.metric] = row.quota;
    } else {
      market.quotas["europe-west3"][row.metric] = row.quota;
    }
    const Catalogue catalogue = GoogleCatalogue(AConfig(), market);
    EXPECT_EQ(FindOffer(catalogue, "google/europe-west3-a/e2-standard-4")->stock, row.stock)
        << row.metric;
  }
}

TEST(GoogleStock, SaysWhichLimitIsUsedUp) {
  GoogleMarket market = AMarket();
  market.quotas["europe-west3"] = {{"CPUS", {24, 0}}, {"IN_USE_ADDRESSES", {8, 8}}};
  const Catalogue full = GoogleCatalogue(AConfig(), market);
  EXPECT_THAT(full.remarks, ElementsAre("quota IN_USE_ADDRESSES of europe-west3: 8 of 8 are used"));
  GoogleConfig inside = AConfig();
  inside.account.public_address = false;
  EXPECT_THAT(GoogleCatalogue(inside, market).remarks, IsEmpty());
}

TEST(GoogleStock, CountsWhatOthersOfTheProjectUse) {
  GoogleAccount account;
  account.google.SetQuota("CPUS", 16);
  account.google.Add("europe-west3-b", "somebodys", "e2-standard-8", {});
  const auto catalogue = account.provider->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_EQ(FindOffer(*catalogue, "google/europe-west3-a/e2-standard-4")->stock, 2);
  EXPECT_EQ(FindOffer(*catalogue, "google/europe-west1-b/e2-standard-4")->stock, 4);
}

}  // namespace
}  // namespace spillway
