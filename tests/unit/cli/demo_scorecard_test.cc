#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scaler/cli/demo/scorecard.h"
#include "scaler/cli/demo/summary_table.h"
#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;

Offer AnOfferOf(std::int64_t vcpu, double price, Billing billing = {}) {
  Offer offer = AnOffer("cloud", "fra", "big");
  offer.capacity.vcpu = vcpu;
  offer.price_per_hour = Money::FromDouble(price);
  offer.billing = billing;
  return offer;
}

// A rack of two hosts of 8 vCPU at 0.1, and a cloud that sells 16 vCPU at 0.5.
Alternatives SomeAlternatives() { return {AnOfferOf(8, 0.1), 2, AnOfferOf(16, 0.5)}; }

HostRecord AHostSince(const std::string& id, Time paid_from) {
  HostRecord host = AHost(id);  // 8 vCPU at 0.5
  host.paid_from = paid_from;
  return host;
}

TEST(Scorecard, TimeIsServedOrViolatedByWhatWasReady) {
  Scorecard card(SomeAlternatives());
  std::vector<HostRecord> hosts = {AHostSince("a", At(0s)), AHost("b", HostState::kBooting)};
  card.Observe({At(0s), 8, hosts});
  EXPECT_FALSE(card.IsViolated());
  card.Observe({At(60min), 9, hosts});
  EXPECT_TRUE(card.IsViolated());
  hosts[1].state = HostState::kReady;
  card.Observe({At(70min), 9, hosts});
  card.Observe({At(90min), 0, hosts});

  const Summary summary = card.Summarise();
  EXPECT_EQ(summary.ours.violated, 10min);
  EXPECT_EQ(summary.ours.served, 80min);
}

TEST(Scorecard, CostIsWhatTheBooksSayExceptForHostsThatNeverGotAMachine) {
  Scorecard card(SomeAlternatives());
  HostRecord refused = AHostSince("refused", At(0s));
  refused.machine = "";
  refused.state = HostState::kGone;
  refused.gone_at = At(1s);
  std::vector<HostRecord> hosts = {AHostSince("a", At(0s)), refused};
  card.Observe({At(0s), 1, hosts});
  card.Observe({At(60min), 1, hosts});
  EXPECT_EQ(card.CostSoFar(), Money::FromDouble(0.5));

  hosts[0].state = HostState::kGone;
  hosts[0].gone_at = At(90min);
  card.Observe({At(2h), 1, hosts});
  card.Observe({At(3h), 1, {}});
  EXPECT_EQ(card.CostSoFar(), Money::FromDouble(0.75));
  const Summary summary = card.Summarise();
  EXPECT_EQ(summary.created, 1);
  EXPECT_EQ(summary.removed, 1);
  EXPECT_EQ(summary.cost_by_provider.at("cloud"), Money::FromDouble(0.75));
}

TEST(Scorecard, StaticFleetCoversThePeakAllTheTimeAndTheRackAloneDoesNot) {
  Scorecard card(SomeAlternatives());
  card.Observe({At(0s), 10, {}});
  card.Observe({At(1h), 40, {}});  // 24 more than the rack: two of the cloud's
  card.Observe({At(2h), 10, {}});
  card.Observe({At(10h), 10, {}});
  const Summary summary = card.Summarise();
  EXPECT_EQ(summary.static_cloud_hosts, 2);
  EXPECT_EQ(summary.static_peak.cost, Money::FromDouble(10 * (2 * 0.1 + 2 * 0.5)));
  EXPECT_EQ(summary.static_peak.violated, 0s);
  EXPECT_EQ(summary.rack_alone.cost, Money::FromDouble(2.0));
  EXPECT_EQ(summary.rack_alone.violated, 1h);
  EXPECT_DOUBLE_EQ(summary.rack_alone.ServedShare(), 0.9);
}

TEST(SummaryTable, SaysWhatIsComparedAndThatNothingIsLeftOver) {
  Scorecard card(SomeAlternatives());
  card.Observe({At(0s), 40, {}});
  card.Observe({At(24h), 0, {}});
  Summary summary = card.Summarise();
  summary.left_over = 0;
  const std::vector<std::string> lines = SummaryTable(summary);
  EXPECT_THAT(lines, Contains("on-prem rack alone          4.80 USD        0.00 %     24h 00m"));
  EXPECT_THAT(lines, Contains(HasSubstr("2 of the rack and 2 × big")));
  EXPECT_EQ(lines.back(), "0 machines left over");
  EXPECT_THAT(lines, Each(::testing::SizeIs(::testing::Le(81u))));  // × is two bytes
}

}  // namespace
}  // namespace spillway
