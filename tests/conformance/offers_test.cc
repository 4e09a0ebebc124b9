// What can be had is said so that a planner can trust it.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "scaler/model/place.h"
#include "tests/conformance/conformance.h"

namespace spillway::conformance {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

class Offers : public Conformance {};

TEST_P(Offers, AreSane) {
  const auto catalogue = provider().Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  ASSERT_THAT(catalogue->offers, Not(IsEmpty()));
  std::set<std::string> ids;
  for (const Offer& offer : catalogue->offers) {
    SCOPED_TRACE(offer.id);
    EXPECT_TRUE(ids.insert(offer.id).second) << "stands twice";
    EXPECT_EQ(offer.provider, provider().channel().name);
    EXPECT_EQ(offer.id, offer.provider + "/" + offer.location + "/" + offer.plan);
    EXPECT_GT(offer.price_per_hour, Money{}) << "free is the worst guess";
    EXPECT_GT(offer.capacity.vcpu, 0);
    EXPECT_GT(offer.capacity.memory_mib, 0);
    EXPECT_GT(offer.time_to_ready, Duration(0));
    EXPECT_GE(offer.stock.value_or(0), 0);
  }
}

TEST_P(Offers, StandWhereTheyAre) {
  const auto catalogue = provider().Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  for (const Offer& offer : catalogue->offers) {
    SCOPED_TRACE(offer.id);
    const bool is_country =
        offer.country.size() == 2 && IsCountryOrGroup(offer.country) && offer.country != "EU";
    EXPECT_TRUE(offer.country.empty() || is_country) << offer.country;
    if (!offer.coordinates) continue;
    EXPECT_LE(std::abs(offer.coordinates->latitude), 90);
    EXPECT_LE(std::abs(offer.coordinates->longitude), 180);
  }
}

TEST_P(Offers, KeepToTheMatrix) {
  const auto catalogue = provider().Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  for (const Offer& offer : catalogue->offers) {
    SCOPED_TRACE(offer.id);
    EXPECT_THAT(offer.hypervisors, Not(IsEmpty()));
    for (const Hypervisor hypervisor : offer.hypervisors) {
      EXPECT_TRUE(Allows(subject().rows(), offer.cluster_type, hypervisor))
          << Name(offer.cluster_type) << " with " << Name(hypervisor)
          << "; the matrix has: " << spillway::Describe(subject().rows());
    }
  }
}

TEST_P(Offers, HoldTheMachineThatIsAskedFor) {
  const MachineSpec spec = Spec("token-1");
  const auto catalogue = provider().Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_TRUE(std::any_of(catalogue->offers.begin(), catalogue->offers.end(),
                          [&](const Offer& offer) {
                            return offer.location == spec.location && offer.plan == spec.plan &&
                                   offer.cluster_type == spec.cluster_type &&
                                   std::find(offer.hypervisors.begin(), offer.hypervisors.end(),
                                             spec.hypervisor) != offer.hypervisors.end();
                          }))
      << spec.location << " " << spec.plan;
}

// A provider may offer what it saw before, or has in a table; never less without an error.
TEST_P(Offers, ThatCannotBeHadAreThoseOfBeforeOrAnError) {
  for (const Misfortune misfortune : MisfortunesOfAnyCall()) {
    SCOPED_TRACE(Name(misfortune));
    Open(misfortune);
    const auto whole = provider().Offers();
    ASSERT_TRUE(whole) << Describe(whole.error());
    subject().Settle();
    if (!Meet(Operation::kOffers, misfortune)) continue;
    const auto offers = provider().Offers();
    if (offers) {
      EXPECT_EQ(offers->offers.size(), whole->offers.size());
    } else {
      EXPECT_EQ(offers.error().kind, KindOfRepeatable(misfortune)) << Describe(offers.error());
    }
  }
}

SPILLWAY_ON_EVERY_SUBJECT(Offers);

}  // namespace
}  // namespace spillway::conformance
