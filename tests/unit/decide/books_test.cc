#include "scaler/decide/books.h"

#include <gtest/gtest.h>

#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;

TEST(Books, AHostCostsFromItsCallAndReservesItsWorstCaseUntilItIsGone) {
  MoneyEnvelope envelope{Money::FromDouble(2), Money::FromDouble(100), 1h};
  const std::vector<HostRecord> hosts = {AHost("a"), AHost("b", HostState::kRequested)};
  const MoneyState money = MoneyOf(envelope, {}, hosts, At(0s));
  EXPECT_EQ(money.spent_this_month, Money::FromDouble(0.5));
  EXPECT_EQ(money.reserved, Money::FromDouble(1.0)) << "a requested host is reserved, too";
  EXPECT_EQ(money.room_per_hour, Money::FromDouble(1.0));
  EXPECT_EQ(money.room_this_month, Money::FromDouble(98.5));
}

TEST(Books, AHostOfUnknownOutcomeIsReserved) {
  HostRecord host = AHost("a", HostState::kCreating);
  host.outcome_unknown = true;
  host.paid_from = At(-30min);
  const std::vector<HostRecord> hosts = {host};
  const MoneyState money =
      MoneyOf({Money::FromDouble(2), Money::Unlimited(), 1h}, {}, hosts, At(0s));
  EXPECT_EQ(money.running_per_hour, Money::FromDouble(0.5));
  EXPECT_EQ(money.spent_this_month, Money::FromDouble(0.25));
  EXPECT_EQ(money.room_this_month, Money::Unlimited());
}

TEST(Books, AMonthBeginsAnew) {
  const Time april = std::chrono::sys_days(std::chrono::year(2026) / 4 / 1);
  HostRecord host = AHost("a");
  host.paid_from = april - 10h;
  EXPECT_EQ(CostThisMonth(host, april + 2h), Money::FromDouble(1.0));

  host.gone_at = april - 1h;
  const ClusterState march = AfterGone({}, host, april - 1h);
  EXPECT_EQ(march.settled, Money::FromDouble(4.5));
  EXPECT_EQ(MoneyOf({}, march, {}, april - 1h).spent_this_month, Money::FromDouble(4.5));
  EXPECT_EQ(MoneyOf({}, march, {}, april + 1h).spent_this_month, Money{});
}

TEST(Billing, RoundsUpToStepsWithAMinimum) {
  struct Row {
    const char* name;
    Billing billing;
    Duration used;
    Duration paid;
  };
  const Row rows[] = {
      {"minimum of a minute", {1s, 60s}, 10s, 60s},
      {"seconds after the minimum", {1s, 60s}, 61500ms, 62s},
      {"started hours", {1h, 1h}, 61min, 2h},
      {"not used at all", {1h, 1h}, 0s, 1h},
  };
  for (const Row& row : rows) EXPECT_EQ(PaidTime(row.billing, row.used), row.paid) << row.name;
}

}  // namespace
}  // namespace spillway
