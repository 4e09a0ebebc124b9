#include "scaler/rehearsal/rehearsed_fleet.h"

#include <gtest/gtest.h>

#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;

Plan Taking(std::int64_t count) {
  Plan plan;
  plan.take = {{"cloud", AnOffer("cloud", "fra", "m"), count}};
  return plan;
}

Plan GivingBack(const std::string& host) {
  Plan plan;
  plan.give_back = {{host, {}}};
  return plan;
}

Plan Reclaiming(const std::string& host) {
  Plan plan;
  plan.reclaim = {host};
  return plan;
}

TEST(RehearsedFleet, WhatIsTakenIsReadyAfterItsStart) {
  RehearsedFleet fleet("edge", {90s, 0s});
  fleet.CarryOut(Taking(2), At(0s));
  EXPECT_EQ(fleet.Usable(), 2);
  fleet.Advance(At(89s));
  EXPECT_EQ(fleet.Ready(), 0);
  fleet.Advance(At(2min));
  EXPECT_EQ(fleet.Ready(), 2);
  EXPECT_EQ(fleet.hosts()[0].ready_at, At(90s));
  EXPECT_EQ(fleet.launches(), 2);
}

TEST(RehearsedFleet, WithoutAStartOfItsOwnAHostTakesWhatItsOfferSays) {
  RehearsedFleet fleet("edge", {});
  fleet.CarryOut(Taking(1), At(0s));
  fleet.Advance(At(5min) - 1ms);
  EXPECT_EQ(fleet.Ready(), 0);
  fleet.Advance(At(5min));
  EXPECT_EQ(fleet.Ready(), 1);
}

TEST(RehearsedFleet, AHostDrainsAndCanBeTakenBackMeanwhile) {
  RehearsedFleet fleet("edge", {0s, 1min});
  fleet.CarryOut(Taking(2), At(0s));
  fleet.CarryOut(GivingBack("cloud-new-1"), At(1h));
  fleet.CarryOut(GivingBack("cloud-new-2"), At(1h));
  EXPECT_EQ(fleet.Usable(), 0);
  fleet.CarryOut(Reclaiming("cloud-new-1"), At(1h) + 30s);
  fleet.Advance(At(1h) + 1min);
  ASSERT_EQ(fleet.hosts().size(), 1u);
  EXPECT_EQ(fleet.hosts()[0].id, "cloud-new-1");
  EXPECT_TRUE(IsReady(fleet.hosts()[0]));
}

TEST(RehearsedFleet, AHostThatIsStillStartingGoesAtOnce) {
  RehearsedFleet fleet("edge", {10min, 1min});
  fleet.CarryOut(Taking(1), At(0s));
  fleet.CarryOut(GivingBack("cloud-new-1"), At(1s));
  EXPECT_TRUE(fleet.hosts().empty());
}

TEST(RehearsedFleet, CostsWhatTheBillingSaysFromTheLaunchUntilItIsGone) {
  RehearsedFleet fleet("edge", {0s, 30min});
  fleet.CarryOut(Taking(2), At(0s));
  EXPECT_EQ(fleet.CostUntil(At(1h)), Money::FromDouble(1.0));
  fleet.CarryOut(GivingBack("cloud-new-1"), At(1h));
  fleet.Advance(At(10h));
  EXPECT_EQ(fleet.CostUntil(At(10h)), Money::FromDouble(0.75 + 5.0));
}

TEST(RehearsedFleet, CountsItsHostsAgainstTheStockOfTheirOffer) {
  RehearsedFleet fleet("edge", {});
  Offer offer = AnOffer("cloud", "fra", "m");
  offer.stock = 5;
  const std::vector<Offer> offers = {offer, AnOffer("cloud", "fra", "endless")};
  fleet.CarryOut(Taking(2), At(0s));
  const std::map<std::string, std::int64_t> expected = {{"cloud/fra/m", 3}};
  EXPECT_EQ(fleet.StockRoom(offers), expected);
}

}  // namespace
}  // namespace spillway
