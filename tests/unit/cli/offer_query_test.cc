#include "scaler/cli/offer_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scaler/cli/offers_view.h"
#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Metal in Frankfurt, a small virtual machine in New York, and one of an unknown place.
std::vector<Offer> ThreeOffers() {
  Offer metal = AnOffer("cloud", "fra", "iron");
  metal.price_per_hour = Money::FromDouble(2);
  metal.stock = 3;
  Offer small = AnOffer("cloud", "nyc", "small");
  small.country = "US";
  small.coordinates = Coordinates{40.7, -74.0};
  small.cluster_type = ClusterType::kVirtual;
  small.hypervisors = {Hypervisor::kLxc};
  small.price_per_hour = Money::FromDouble(0.05);
  Offer nowhere = AnOffer("shed", "behind-the-house", "pc");
  nowhere.country = "";
  nowhere.coordinates = std::nullopt;
  nowhere.hypervisors = {Hypervisor::kKvm};
  nowhere.price_per_hour = Money::FromDouble(0.01);
  return {metal, small, nowhere};
}

// "id" of what fits, "id: code" of what does not.
std::vector<std::string> Verdicts(const OfferQuery& query,
                                  std::span<const OfferBackoff> backoffs = {}) {
  std::vector<std::string> verdicts;
  for (const JudgedOffer& judged : Judge(query, ThreeOffers(), backoffs, At(0s))) {
    verdicts.push_back(judged.offer.plan + (judged.why_not ? ": " + judged.why_not->code : ""));
  }
  return verdicts;
}

TEST(OfferQuery, WithoutAWishEverythingFitsAndTheCheapestIsFirst) {
  EXPECT_THAT(Verdicts({}), ElementsAre("pc", "small", "iron"));
}

TEST(OfferQuery, EachWishLeavesOutWhatDoesNotMeetItAndSaysWhich) {
  struct Row {
    OfferQuery query;
    std::vector<std::string> verdicts;
  };
  OfferQuery provider;
  provider.provider = "shed";
  OfferQuery workload;
  workload.workload = Workload::kApplicationContainers;
  OfferQuery kubernetes;
  kubernetes.workload = Workload::kKubernetes;
  kubernetes.hypervisor = Hypervisor::kFirecracker;
  OfferQuery type;
  type.cluster_type = ClusterType::kVirtual;
  OfferQuery hypervisor;
  hypervisor.hypervisor = Hypervisor::kLxc;
  OfferQuery country;
  country.countries = {"EU"};
  OfferQuery latency;
  latency.near = Coordinates{50.1, 8.7};
  latency.max_latency = 10ms;
  OfferQuery price;
  price.max_price = Money::FromDouble(0.05);
  const Row rows[] = {
      {provider, {"pc", "small: provider", "iron: provider"}},
      {workload, {"pc: workload", "small", "iron"}},
      {kubernetes, {"pc: hypervisor", "small: hypervisor", "iron"}},
      {type, {"pc: cluster_type", "small", "iron: cluster_type"}},
      {hypervisor, {"pc: hypervisor", "small", "iron"}},
      {country, {"pc: country", "small: country", "iron"}},
      {latency, {"pc: latency_unknown", "small: latency", "iron"}},
      {price, {"pc", "small", "iron: price"}},
  };
  for (const Row& row : rows) EXPECT_EQ(Verdicts(row.query), row.verdicts);
}

TEST(OfferQuery, AClusterIsAskedByThePlannersOwnRules) {
  ClusterSpec cluster = AnEdgeCluster();
  cluster.jurisdiction = {"DE"};
  OfferQuery query;
  query.cluster = &cluster;
  EXPECT_THAT(Verdicts(query), ElementsAre("pc: not_on_ladder", "small: wrong_place", "iron"));
  cluster.ladder[1].location = "";
  EXPECT_THAT(Verdicts(query), ElementsAre("pc: not_on_ladder", "small: cluster_type", "iron"));
  cluster.jurisdiction = {"FR"};
  EXPECT_THAT(Verdicts(query).back(), "iron: jurisdiction");
  cluster.jurisdiction = {};
  const std::vector<OfferBackoff> backoffs = {{"cloud/fra/iron", At(1min), 2, "sold out"}};
  EXPECT_THAT(Verdicts(query, backoffs).back(), "iron: backed_off");
}

TEST(OfferQuery, AnyPoolOfTheClusterWillDo) {
  ClusterSpec cluster = AnEdgeCluster();
  cluster.ladder[0].provider = "cloud";  // at "home", where there is nothing
  OfferQuery query;
  query.cluster = &cluster;
  EXPECT_THAT(Verdicts(query).back(), "iron");
}

TEST(OffersView, ShowsWhatFitsAndCountsTheRest) {
  OfferQuery query;
  query.countries = {"US", "DE"};
  query.near = Coordinates{50.1, 8.7};
  query.max_price = Money::FromDouble(1);
  const auto judged = Judge(query, ThreeOffers(), {}, At(0s));
  const std::string text = OffersView(judged, /*with_others=*/false, {});
  EXPECT_THAT(text, AllOf(HasSubstr("cloud/nyc/small"), HasSubstr("0.0500"), HasSubstr("US"),
                          Not(HasSubstr("cloud/fra/iron")), Not(HasSubstr("shed"))));
  EXPECT_THAT(text, HasSubstr("1 offer; left out: 1 for country, 1 for price; --all shows them"));

  const std::string all = OffersView(judged, /*with_others=*/true, {});
  EXPECT_THAT(all, AllOf(HasSubstr("cloud/fra/iron"), HasSubstr("costs more than 1.00 an hour"),
                         HasSubstr("is in an unknown country"), Not(HasSubstr("--all"))));
  EXPECT_EQ(OffersView({}, false, {}), "0 offers\n");
}

TEST(OffersJson, HasTheOfferWithItsReason) {
  OfferQuery query;
  query.max_price = Money::FromDouble(1);
  query.near = Coordinates{50.1, 8.7};
  const auto judged = Judge(query, ThreeOffers(), {}, At(0s));
  const auto fitting = nlohmann::json::parse(OffersJson(judged, false));
  ASSERT_EQ(fitting.size(), 2u);
  EXPECT_EQ(fitting[0]["id"], "shed/behind-the-house/pc");
  EXPECT_EQ(fitting[0]["price_per_hour"], 0.01);
  EXPECT_TRUE(fitting[0]["why_not"].is_null());
  EXPECT_TRUE(fitting[0]["round_trip_ms"].is_null());
  EXPECT_GT(fitting[1]["round_trip_ms"], 50);
  const auto all = nlohmann::json::parse(OffersJson(judged, true));
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2]["why_not"]["code"], "price");
}

}  // namespace
}  // namespace spillway
