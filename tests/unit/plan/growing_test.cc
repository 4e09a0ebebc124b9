#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/plan/plan_case.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

HostRecord InPool(HostRecord host, const std::string& pool) {
  host.pool = pool;
  return host;
}

TEST(Growing, TakesFromHomeAndLeavesTheRungsAboveAlone) {
  const Plan plan = PlanCase().Wants(3).Make();
  EXPECT_THAT(Taken(plan), ElementsAre("rack:r*3"));
  EXPECT_EQ(CodeOf(plan.offers, "rack/home/r"), "chosen");
  EXPECT_EQ(CodeOf(plan.offers, "cloud/fra/m"), "not_needed");
  EXPECT_THAT(plan.reasons, IsEmpty());
  EXPECT_TRUE(plan.shortfall.IsZero());
}

TEST(Growing, FallsToTheNextRungWithinTheSamePlan) {
  PlanCase c;
  c.hosts = {InPool(AHost("h1"), "rack")};
  const Plan plan = c.Wants(7).Make();  // one is there, the rack has places for three more
  EXPECT_THAT(Taken(plan), ElementsAre("rack:r*3", "cloud:m*3"));
  EXPECT_THAT(Codes(plan.reasons), ElementsAre("pool_full"));
  EXPECT_TRUE(plan.shortfall.IsZero());
}

TEST(Growing, TakesTheCheapestSetOfARungWhereGreedyFails) {
  PlanCase c;
  Offer large = AnOffer("cloud", "fra", "large");  // cheapest per vCPU, but overshoots
  large.capacity = kHostSize * 4;
  large.price_per_hour = Money::FromDouble(1.8);
  c.offers = {AnOffer("cloud", "fra", "m"), large};
  EXPECT_THAT(Taken(c.Wants(5).Make()), ElementsAre("cloud:large*1", "cloud:m*1"));
  EXPECT_THAT(Taken(c.Wants(3).Make()), ElementsAre("cloud:m*3"));
  EXPECT_EQ(CodeOf(c.Wants(3).Make().offers, "cloud/fra/large"), "dearer");
}

TEST(Growing, CoversMemoryAsWellAsProcessors) {
  PlanCase c;
  c.decision.wanted = {8, 3 * kHostSize.memory_mib};
  EXPECT_THAT(Taken(c.Make()), ElementsAre("rack:r*3"));
}

TEST(Growing, CountsWhatIsComingAsThere) {
  PlanCase c;
  c.hosts = {AHost("h1", HostState::kRequested), AHost("h2", HostState::kBooting)};
  EXPECT_THAT(Taken(c.Wants(3).Make()), ElementsAre("rack:r*1"));
}

TEST(Growing, TakesBackWhatIsOnItsWayDownBeforeItBuys) {
  PlanCase c;
  HostRecord retiring = AHost("retiring");
  retiring.goal = HostGoal::kRetire;
  c.hosts = {AHost("draining", HostState::kDraining), AHost("cordoned", HostState::kCordoned),
             retiring, AHost("removing", HostState::kRemoving)};
  for (HostRecord& host : c.hosts) host.goal = HostGoal::kRetire;
  struct Case {
    std::int64_t wanted;
    std::vector<std::string> reclaim;
    std::vector<std::string> take;
  };
  const Case kCases[] = {
      {1, {"retiring"}, {}},
      {2, {"retiring", "cordoned"}, {}},
      {3, {"retiring", "cordoned", "draining"}, {}},
      {4, {"retiring", "cordoned", "draining"}, {"rack:r*1"}},
  };
  for (const Case& expected : kCases) {
    const Plan plan = c.Wants(expected.wanted).Make();
    EXPECT_EQ(plan.reclaim, expected.reclaim) << expected.wanted;
    EXPECT_EQ(Taken(plan), expected.take) << expected.wanted;
  }
  EXPECT_EQ(CodeOf(c.Wants(1).Make().hosts, "draining"), "not_needed");
}

TEST(Growing, TakesBackOnlyHostsThatHelp) {
  PlanCase c;
  c.hosts = {AHost("small", HostState::kCordoned), AHost("big", HostState::kDraining)};
  c.hosts[1].capacity = kHostSize * 2;
  EXPECT_THAT(c.Wants(2).Make().reclaim, ElementsAre("big"));
}

TEST(Growing, BuysNothingWhileHeldDownButTakesHostsBack) {
  PlanCase c;
  c.hosts = {AHost("h1", HostState::kDraining)};
  c.decision.may_buy = false;
  const Plan plan = c.Wants(2).Make();
  EXPECT_THAT(plan.reclaim, ElementsAre("h1"));
  EXPECT_THAT(plan.take, IsEmpty());
  EXPECT_THAT(Codes(plan.reasons), ElementsAre("held_down"));
  EXPECT_EQ(plan.shortfall, kHostSize);
}

// Each limit lets two of the three wanted machines of the cloud through.
TEST(Growing, KeepsToEveryLimitAndSaysWhichItWas) {
  struct Case {
    std::string code;
    std::function<void(PlanCase&)> limit;
  };
  const Case kCases[] = {
      {"pool_full", [](PlanCase& c) { c.cluster.ladder[0].max_hosts = 2; }},
      {"pool_full",
       [](PlanCase& c) {
         c.cluster.ladder[0].max_hosts = 3;
         c.hosts = {AHost("h1", HostState::kFailed)};
       }},
      {"cluster_full", [](PlanCase& c) { c.cluster.limits.max_hosts = 2; }},
      {"cluster_full",
       [](PlanCase& c) {
         c.cluster.limits.max_hosts = 3;
         c.hosts = {InPool(AHost("h1", HostState::kRemoving), "elsewhere")};
       }},
      {"max_capacity",
       [](PlanCase& c) {
         c.cluster.limits.max_capacity = kHostSize * 3 - Capacity{1, 0};
       }},
      {"money_hour", [](PlanCase& c) { c.decision.money.room_per_hour = Money{1'499'999}; }},
      {"money_month",
       [](PlanCase& c) {
         c.cluster.money.reserve = 90min;  // at whole hours: each sets aside 2 x 0.5
         c.offers[0].billing.step = 1h;
         c.decision.money.room_this_month = Money{2'999'999};
       }},
      {"quota",
       [](PlanCase& c) {
         c.offers[0].quota = "standard";
         c.quota_room = {{"standard", {"standard", 23}}};
       }},
      {"stock", [](PlanCase& c) { c.offers[0].stock = 2; }},
      {"stock",
       [](PlanCase& c) {
         c.offers[0].stock = 5;
         c.stock_room = {{"cloud/fra/m", 2}};
       }},
  };
  for (const Case& limited : kCases) {
    PlanCase c;
    c.cluster.ladder.erase(c.cluster.ladder.begin());
    c.offers.erase(c.offers.begin());
    limited.limit(c);
    const Plan plan = c.Wants(3).Make();
    EXPECT_THAT(Taken(plan), ElementsAre("cloud:m*2")) << limited.code;
    EXPECT_THAT(Codes(plan.reasons), ElementsAre(limited.code));
    EXPECT_EQ(plan.shortfall, kHostSize) << limited.code;
  }
}

TEST(Growing, SpendsTheLastMillionthOfTheEnvelopeButNoMore) {
  PlanCase c;
  c.cluster.ladder[0].max_hosts = 1;
  c.decision.money.room_per_hour = Money{1'100'000};  // 0.1 at home, 2 x 0.5 in the cloud
  const Plan plan = c.Wants(4).Make();
  EXPECT_THAT(Taken(plan), ElementsAre("rack:r*1", "cloud:m*2"));
  EXPECT_THAT(Codes(plan.reasons), ElementsAre("pool_full", "money_hour"));
}

TEST(Growing, BuysNothingWithAFullEnvelope) {
  PlanCase c;
  c.decision.money.room_per_hour = Money{0};
  const Plan plan = c.Wants(1).Make();
  EXPECT_THAT(plan.take, IsEmpty());
  EXPECT_EQ(CodeOf(plan.offers, "cloud/fra/m"), "money_hour");
  EXPECT_THAT(Codes(plan.reasons), ElementsAre("money_hour", "money_hour"));
}

TEST(Growing, UsesWhatCostsNothingThoughTheEnvelopeIsOverdrawn) {
  PlanCase c;
  c.offers[0].price_per_hour = Money{0};
  c.decision.money.room_per_hour = Money{-5};
  c.decision.money.room_this_month = Money{-5};
  EXPECT_THAT(Taken(c.Wants(2).Make()), ElementsAre("rack:r*2"));
}

TEST(Growing, CountsASharedQuotaOverOffersAndRungs) {
  PlanCase c;
  c.cluster.ladder[0].provider = "cloud";
  c.cluster.ladder[0].location = "fra";
  c.cluster.ladder[0].plans = {"m"};
  c.cluster.ladder[1].plans = {"m", "n"};
  Offer n = AnOffer("cloud", "fra", "n");
  n.price_per_hour = Money::FromDouble(0.6);
  c.offers = {AnOffer("cloud", "fra", "m"), n};
  for (Offer& offer : c.offers) offer.quota = "standard";
  c.offers[0].stock = 3;
  c.quota_room = {{"standard", {"standard", 40}}};  // five machines
  const Plan plan = c.Wants(9).Make();
  EXPECT_THAT(Taken(plan), ElementsAre("rack:m*3", "cloud:n*2"));
  EXPECT_EQ(plan.shortfall, kHostSize * 4);
}

TEST(Growing, TakesLargerMachinesWhereTheQuotaCountsMachines) {
  PlanCase c;
  Offer large = AnOffer("cloud", "fra", "large");
  large.capacity = kHostSize * 3;
  large.price_per_hour = Money::FromDouble(2);  // dearer than three small ones
  c.offers = {AnOffer("cloud", "fra", "m"), large};
  for (Offer& offer : c.offers) offer.quota = "droplets";
  EXPECT_THAT(Taken(c.Wants(6).Make()), ElementsAre("cloud:m*6"));
  c.quota_room = {{"droplets", {"droplets", 4, QuotaUnit::kMachines}}};
  EXPECT_THAT(Taken(c.Wants(6).Make()), ElementsAre("cloud:large*1", "cloud:m*3"));
}

TEST(Growing, StaysBelowTheLargestCapacityWithDearerButSmallerMachines) {
  PlanCase c;
  Offer large = AnOffer("cloud", "fra", "large");
  large.capacity = kHostSize * 2;
  large.price_per_hour = Money::FromDouble(0.6);
  c.offers = {AnOffer("cloud", "fra", "m"), large};
  EXPECT_THAT(Taken(c.Wants(3).Make()), ElementsAre("cloud:large*1", "cloud:m*1"));
  c.offers[0].price_per_hour = Money::FromDouble(0.9);
  EXPECT_THAT(Taken(c.Wants(3).Make()), ElementsAre("cloud:large*2"));
  c.cluster.limits.max_capacity = kHostSize * 3;
  EXPECT_THAT(Taken(c.Wants(3).Make()), ElementsAre("cloud:large*1", "cloud:m*1"));
}

TEST(Growing, SaysWhenNoOfferFitsARung) {
  PlanCase c;
  c.offers.erase(c.offers.begin());
  const Plan plan = c.Wants(1).Make();
  EXPECT_THAT(Codes(plan.reasons), ElementsAre("no_offer"));
  EXPECT_THAT(Taken(plan), ElementsAre("cloud:m*1"));
}

TEST(Growing, MakesTheSamePlanWhateverTheOrderOfItsInput) {
  PlanCase c;
  for (const char* plan : {"a", "b", "c", "d", "e"}) {
    c.offers.push_back(AnOffer("cloud", "fra", plan));
  }
  c.OfferOf("cloud/fra/d").time_to_ready = 1min;
  c.hosts = {AHost("h1", HostState::kDraining), AHost("h2", HostState::kDraining)};
  const Plan plan = c.Wants(9).Make();
  EXPECT_THAT(Taken(plan), ElementsAre("rack:r*4", "cloud:d*3"));  // soonest ready of the alike
  std::reverse(c.offers.begin(), c.offers.end());
  std::reverse(c.hosts.begin(), c.hosts.end());
  EXPECT_EQ(c.Make(), plan);
}

}  // namespace
}  // namespace spillway
