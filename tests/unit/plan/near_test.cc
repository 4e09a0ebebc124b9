// Wishes of a decision: places to be near to, and pieces that are not spread over machines.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scaler/plan/nearness.h"
#include "tests/unit/plan/plan_case.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Coordinates kVienna{48.2, 16.4};
constexpr Coordinates kLisbon{38.7, -9.1};
constexpr Coordinates kFrankfurt{50.1, 8.7};
constexpr Coordinates kBratislava{48.1, 17.1};

Offer Cloud(const std::string& location, std::optional<Coordinates> coordinates, double price) {
  Offer offer = AnOffer("cloud", location, "m-" + location);
  offer.coordinates = coordinates;
  offer.price_per_hour = Money::FromDouble(price);
  return offer;
}

// One rung without a location of its own, with places of different prices.
PlanCase OneRung() {
  PlanCase c;
  c.cluster.ladder.erase(c.cluster.ladder.begin());
  c.cluster.ladder[0].location.clear();
  c.offers = {Cloud("fra", kFrankfurt, 0.4), Cloud("vie", kVienna, 0.6),
              Cloud("bts", kBratislava, 0.5), Cloud("lis", kLisbon, 0.9),
              Cloud("dark", std::nullopt, 0.1)};
  return c;
}

NearPlace Near(const std::string& name, std::optional<Coordinates> where, double weight = 1) {
  return {name, where, weight, "slow there"};
}

TEST(Nearness, RingsHoldWhatIsAlike) {
  const PlanCase c = OneRung();
  std::vector<const Offer*> offers;
  for (const Offer& offer : c.offers) offers.push_back(&offer);
  EXPECT_THAT(RingsAround(Near("users", kVienna), offers),
              ElementsAre(ElementsAre(1, 2), ElementsAre(0), ElementsAre(3), ElementsAre(4)));
  EXPECT_THAT(RingsAround(Near("dark", std::nullopt), offers),
              ElementsAre(ElementsAre(4), ElementsAre(0, 1, 2, 3)));
}

TEST(Near, AWishComesBeforeThePriceButNotWithinARing) {
  PlanCase c = OneRung();
  EXPECT_THAT(Taken(c.Wants(2).Make()), ElementsAre("cloud:m-dark*2"));
  c.decision.near = {Near("users", kVienna)};
  const Plan plan = c.Make();
  EXPECT_THAT(Taken(plan), ElementsAre("cloud:m-bts*2"));
  EXPECT_EQ(CodeOf(plan.offers, "cloud/vie/m-vie"), "dearer");
  EXPECT_EQ(CodeOf(plan.offers, "cloud/fra/m-fra"), "farther");
  for (const Considered& considered : plan.offers) {
    if (!considered.chosen) continue;
    EXPECT_THAT(considered.reason.text, HasSubstr("km from users"));
  }
}

TEST(Near, ANameThatIsALocationNeedsNoCoordinates) {
  PlanCase c = OneRung();
  c.decision.near = {Near("lis", std::nullopt)};
  EXPECT_THAT(Taken(c.Wants(1).Make()), ElementsAre("cloud:m-lis*1"));
}

TEST(Near, WhatTheNearestCannotGiveIsAskedOfTheNext) {
  PlanCase c = OneRung();
  c.decision.near = {Near("users", kVienna)};
  c.OfferOf("cloud/vie/m-vie").stock = 1;
  c.OfferOf("cloud/bts/m-bts").stock = 1;
  const Plan plan = c.Wants(3).Make();
  EXPECT_THAT(Taken(plan),
              ::testing::UnorderedElementsAre("cloud:m-vie*1", "cloud:m-bts*1", "cloud:m-fra*1"));
  EXPECT_TRUE(plan.shortfall.IsZero());
}

TEST(Near, PlacesShareByTheirWeights) {
  PlanCase c = OneRung();
  c.decision.near = {Near("lis", kLisbon, 1), Near("fra", kFrankfurt, 3)};
  EXPECT_THAT(Taken(c.Wants(4).Make()),
              ::testing::UnorderedElementsAre("cloud:m-lis*1", "cloud:m-fra*3"));
}

TEST(Near, AWishMakesNothingEligibleAndClimbsNoLadder) {
  PlanCase c = OneRung();
  c.cluster.jurisdiction = {"DE"};
  for (Offer& offer : c.offers) offer.country = offer.location == "fra" ? "DE" : "AT";
  c.decision.near = {Near("users", kVienna)};
  EXPECT_THAT(Taken(c.Wants(2).Make()), ElementsAre("cloud:m-fra*2"));
  EXPECT_EQ(CodeOf(c.Make().offers, "cloud/bts/m-bts"), "jurisdiction");

  PlanCase ladder;  // home first, wherever it lies
  ladder.OfferOf("rack/home/r").coordinates = kLisbon;
  ladder.decision.near = {Near("users", kFrankfurt)};
  EXPECT_THAT(Taken(ladder.Wants(3).Make()), ElementsAre("rack:r*3"));
}

TEST(Near, LimitsHoldOverAllRings) {
  PlanCase c = OneRung();
  c.decision.near = {Near("users", kVienna), Near("lis", kLisbon)};
  c.cluster.ladder[0].max_hosts = 2;
  c.decision.money.room_per_hour = Money::FromDouble(0.95);
  const Plan plan = c.Wants(4).Make();
  EXPECT_THAT(Taken(plan), ElementsAre("cloud:m-bts*1", "cloud:m-fra*1"));
  EXPECT_THAT(Codes(plan.reasons), ::testing::Contains("pool_full"));
}

TEST(Piece, IsNotSpreadOverMachines) {
  PlanCase c;
  c.cluster.ladder.erase(c.cluster.ladder.begin());
  c.offers = {AnOffer("cloud", "fra", "small"), AnOffer("cloud", "fra", "big")};
  c.offers[1].capacity = {20, 80 * 1024};  // two pieces and a half
  c.offers[1].price_per_hour = Money::FromDouble(2.0);
  c.decision.piece = kHostSize;
  c.decision.wanted = kHostSize * 3;
  EXPECT_THAT(Taken(c.Make()), ElementsAre("cloud:small*3"));
  c.decision.piece = Capacity{10, 32 * 1024};
  c.decision.wanted = {30, 96 * 1024};
  const Plan plan = c.Make();
  EXPECT_THAT(Taken(plan), ElementsAre("cloud:big*2"));
  EXPECT_EQ(CodeOf(plan.offers, "cloud/fra/small"), "too_small");
  c.cluster.limits.max_capacity = Capacity{39, 1'000'000};
  EXPECT_THAT(Taken(c.Make()), ElementsAre("cloud:big*1"));
}

TEST(Piece, ThatNoMachineHoldsIsAShortfall) {
  PlanCase c;
  c.decision.piece = kHostSize * 2;
  const Plan plan = c.Wants(2).Make();
  EXPECT_THAT(plan.take, IsEmpty());
  EXPECT_EQ(plan.shortfall, kHostSize * 2);
  EXPECT_EQ(CodeOf(plan.offers, "rack/home/r"), "too_small");
}

}  // namespace
}  // namespace spillway
