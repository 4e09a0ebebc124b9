// Newsvendor, shadow fleets and the choice among them.
#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <deque>

#include "policies/predictive/levels.h"
#include "policies/predictive/newsvendor.h"
#include "policies/predictive/portfolio.h"
#include "policies/predictive/shadow_fleets.h"

namespace spillway::predictive {
namespace {

// Demand is surely above one host, above two with chance 0.3, above three with 0.01.
Curve ACurve() { return {0, {1.0F, 0.3F, 0.01F, 0.0F}}; }

TEST(Newsvendor, BuysAHostForWhatItsShortageCosts) {
  const Wants wants = WantsOf(ACurve());
  // At price 2 giving up costs 3, two hosts 2.6, three 3.02; at 4 it is 3.2 against 3.04; a fourth
  // pays when 0.01 × price is above 1.
  EXPECT_EQ(wants[0], 2);
  EXPECT_EQ(wants[2], 3);
  for (std::size_t p = 3; p < kPrices; ++p) {
    EXPECT_EQ(wants[p], PriceOf(p) * 0.01F > 1 ? 4 : 3) << PriceOf(p);
  }
}

TEST(Newsvendor, GivesUpWhereAShortageIsCheaperThanTheFleet) {
  Curve curve{29, {1.0F, 0.0F}};  // 31 hosts are enough
  const Wants wants = WantsOf(curve);
  EXPECT_EQ(wants[0], 1);
  EXPECT_EQ(wants[kPrices - 1], 31);
}

TEST(Newsvendor, WantsMoreAtAHigherPrice) {
  EXPECT_TRUE(rc::check("wants rise with the price and cost least", [] {
    Curve curve{*rc::gen::inRange<std::size_t>(0, 100), {}};
    float chance = 1;
    for (int i = *rc::gen::inRange(1, 60); i > 0; --i) {
      chance *= static_cast<float>(*rc::gen::inRange(0, 101)) / 100.0F;
      curve.exceeded.push_back(chance);
    }
    const Wants wants = WantsOf(curve);
    for (std::size_t p = 0; p < kPrices; ++p) {
      if (p > 0) RC_ASSERT(wants[p] >= wants[p - 1]);
      const auto cost = [&](std::int64_t hosts) {
        return static_cast<double>(hosts) + PriceOf(p) * curve.ChanceOfMoreThan(hosts);
      };
      for (std::size_t i = 0; i < curve.exceeded.size(); ++i) {
        RC_ASSERT(cost(wants[p]) <= cost(Levels()[curve.first + i]) + 1e-3);
      }
    }
  }));
}

Wants All(std::int16_t hosts) {
  Wants wants;
  wants.fill(hosts);
  return wants;
}

// A fleet host by host: launched ones boot, the youngest go first.
class HostByHost {
 public:
  explicit HostByHost(std::int64_t boot_steps) : boot_steps_(boot_steps) { hosts_.push_back(0); }

  // Gives the ready ones.
  std::int64_t Step(std::int64_t wanted) {
    while (static_cast<std::int64_t>(hosts_.size()) > wanted) hosts_.pop_back();
    while (static_cast<std::int64_t>(hosts_.size()) < wanted) hosts_.push_back(step_ + boot_steps_);
    const auto ready = std::count_if(hosts_.begin(), hosts_.end(),
                                     [this](std::int64_t at) { return at <= step_; });
    ++step_;
    return ready;
  }
  std::size_t size() const { return hosts_.size(); }

 private:
  const std::int64_t boot_steps_;
  std::deque<std::int64_t> hosts_;  // when each is ready, youngest last
  std::int64_t step_ = 0;
};

TEST(ShadowFleets, AreShortAndCostAsHostsWould) {
  EXPECT_TRUE(rc::check("shadow and hosts agree", [] {
    const auto boot_steps = *rc::gen::inRange<std::int64_t>(1, 6);
    ShadowFleets shadows(boot_steps, 1e12, 0);
    std::vector<HostByHost> fleets(kFleets, HostByHost(boot_steps));
    std::vector<double> cost(kFleets);
    std::vector<double> shortage(kFleets);
    for (int k = 0; k < 30; ++k) {
      const auto wanted = *rc::gen::inRange<std::int16_t>(1, 9);
      const auto need = *rc::gen::inRange<std::int64_t>(1, 9);
      shadows.Want(All(wanted), All(1));
      for (std::size_t f = 0; f < kFleets; f += 37) {
        const auto ready = fleets[f].Step(shadows.WantedBy(f));
        cost[f] += static_cast<double>(fleets[f].size());
        shortage[f] += ready < need;
      }
      shadows.Pass(need);
    }
    for (std::size_t f = 0; f < kFleets; f += 37) {
      RC_ASSERT(std::abs(shadows.cost()[f] - cost[f]) < 1e-3);
      RC_ASSERT(std::abs(shadows.shortage()[f] - shortage[f]) < 1e-3);
    }
  }));
}

TEST(ShadowFleets, HoldWhatWasWantedAsLongAsTheySay) {
  ShadowFleets shadows(4, 1e12, 0);
  shadows.Want(All(5), All(1));
  shadows.Pass(1);
  std::vector<std::int64_t> held(kFleets, 1);
  for (int k = 1; k < 100; ++k) {
    shadows.Want(All(1), All(1));
    shadows.Pass(1);
    for (std::size_t f = 0; f < kFleets; ++f) held[f] += shadows.WantedBy(f) == 5;
  }
  for (std::size_t f = 0; f < kFleets; ++f) EXPECT_EQ(held[f], shadows.MannerOf(f).hold) << f;
}

TEST(ShadowFleets, ThePatientKeepWhatAHigherPriceWants) {
  ShadowFleets shadows(1, 1e12, 0);
  Wants rising;
  for (std::size_t p = 0; p < kPrices; ++p) rising[p] = static_cast<std::int16_t>(p + 1);
  shadows.Want(All(30), All(1));
  shadows.Pass(1);
  for (int k = 0; k < 50; ++k) {
    shadows.Want(rising, All(1));
    shadows.Pass(1);
  }
  for (std::size_t f = 0; f < kFleets; ++f) {
    const std::size_t price = f % kPrices;
    const std::size_t patience = kPatience[f / (kHolds * kPrices)];
    EXPECT_EQ(shadows.WantedBy(f), std::min(price + patience, kPrices - 1) + 1) << f;
  }
}

TEST(Portfolio, FollowsTheCheapestFleetWithinTheBudget) {
  ShadowFleets shadows(1, 1000, 0);
  Portfolio portfolio(0.01, 100);
  Wants wants = All(2);
  for (std::size_t p = 5; p < kPrices; ++p) wants[p] = 4;
  for (int k = 0; k < 1000; ++k) {
    shadows.Want(wants, All(1));
    shadows.Pass(k % 10 == 0 ? 4 : 2);  // two hosts are short a tenth of the time
    portfolio.Pass(false);
    portfolio.Choose(shadows);
  }
  EXPECT_EQ(shadows.WantedBy(portfolio.followed()), 4);
}

TEST(Portfolio, FollowsACheaperFleetWhenTheBudgetAllows) {
  ShadowFleets shadows(1, 1000, 0);
  Portfolio portfolio(0.2, 100);
  Wants wants = All(2);
  for (std::size_t p = 5; p < kPrices; ++p) wants[p] = 4;
  for (int k = 0; k < 1000; ++k) {
    shadows.Want(wants, All(1));
    shadows.Pass(k % 10 == 0 ? 4 : 2);
    portfolio.Pass(k % 10 == 0);
    portfolio.Choose(shadows);
  }
  EXPECT_EQ(shadows.WantedBy(portfolio.followed()), 2);
}

TEST(Portfolio, AllowsLessWhileItIsInDebtAndNeverForgivesAll) {
  Portfolio portfolio(0.01, 100);
  EXPECT_TRUE(portfolio.is_exhausted()) << "trust is earned first";
  for (int k = 0; k < 1000; ++k) portfolio.Pass(false);
  EXPECT_GT(portfolio.allowed(), 0.01);
  EXPECT_FALSE(portfolio.is_exhausted());
  for (int k = 0; k < 100; ++k) portfolio.Pass(true);
  EXPECT_LT(portfolio.allowed(), 0.01);
  EXPECT_GT(portfolio.allowed(), 0);
  EXPECT_TRUE(portfolio.is_exhausted());
}

}  // namespace
}  // namespace spillway::predictive
