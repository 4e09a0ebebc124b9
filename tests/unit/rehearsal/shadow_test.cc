#include "scaler/rehearsal/shadow.h"

#include <gmock/gmock.h>

#include "policies/target_tracking/target_tracking.h"
#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;

TargetTrackingPolicy Tracking(Measure measure, double target) {
  TargetTrackingConfig config;
  config.signal.name = config.signal.metric = "load";
  config.signal.function = WindowFunction::kLast;
  config.kind = measure;
  config.target = target;
  return TargetTrackingPolicy("patient", config);
}

Objective AnObjective(Measure measure, double limit) {
  Objective objective;
  objective.signal.name = objective.signal.metric = "load";
  objective.signal.function = WindowFunction::kLast;
  objective.measure = measure;
  objective.limit = limit;
  return objective;
}

// Two hosts act and never change; a shadow does otherwise. A moment every ten seconds.
class ShadowTest : public ::testing::Test {
 protected:
  ShadowTest() {
    cluster_.limits.cooldown = cluster_.limits.stabilisation = {0s, 0s};
    cluster_.limits.min_lifetime = 0s;
    offer_.time_to_ready = 1min;
    for (const char* id : {"h-1", "h-2"}) {
      hosts_.push_back(ReadyHostOf(offer_, id, "edge", "cloud", At(-1h)));
      hosts_.back().created_at = At(-1h) - offer_.time_to_ready;
    }
    observations_.Take({{}, {{0, {"edge", "load", {}}}}, {}}, [](std::string_view) {});
  }

  void Begin(Measure measure, std::optional<Objective> objective, ShadowScore before = {}) {
    before.cluster = "edge";
    before.policy = "patient";
    shadow_.emplace(cluster_, std::move(objective), std::vector<std::vector<Measure>>{{measure}},
                    before);
  }

  DecisionRecord Moment(Duration at, double load, Policy& policy) {
    observations_.Take({{}, {}, {{0, load, At(at)}}}, [](std::string_view) {});
    const std::vector<std::unique_ptr<Policy>> acting;
    const std::vector<Offer> offers = {offer_};
    const std::function<Market()> market = [&] { return Market{offers, {}, {}, {}, {}}; };
    Policy* const alone = &policy;
    return shadow_->Follow({At(at), hosts_, {}, acting, state_, observations_, {}, market, 0},
                           {&alone, 1});
  }
  void Moments(Duration until, double load, Policy& policy) {
    for (Duration t{0}; t <= until; t += 10s) Moment(t, load, policy);
  }
  const ShadowScore& score() const { return shadow_->score(); }

  ClusterSpec cluster_ = AnEdgeCluster();
  Offer offer_ = AnOffer("cloud", "fra", "m");
  ClusterState state_;
  std::vector<HostRecord> hosts_;
  Observations observations_{64};
  std::optional<Shadow> shadow_;
};

TEST_F(ShadowTest, ItsFleetGrowsAndIsPaidForBesideTheActingOne) {
  Begin(Measure::kLoad, AnObjective(Measure::kLoad, 150));
  auto policy = Tracking(Measure::kLoad, 100);
  Moments(1h, 400, policy);
  EXPECT_EQ(score().shadow.ready, 4);
  EXPECT_EQ(score().shadow.launches, 2);
  EXPECT_EQ(score().acting.ready, 2);
  EXPECT_EQ(score().acting.launches, 0);
  EXPECT_EQ(score().start, 1min);
  EXPECT_EQ(score().watched, 1h);
  EXPECT_NEAR(score().acting.cost.ToDouble(), 1.0, 1e-3);
  EXPECT_NEAR(score().shadow.cost.ToDouble(), 2.0, 1e-3);
  EXPECT_EQ(score().acting.violated, 1h) << "200 a host, 150 are allowed";
  EXPECT_EQ(score().shadow.violated, 1min) << "until its two hosts are ready";
}

TEST_F(ShadowTest, SeesTheUtilisationThatItsOwnFleetWouldHave) {
  Begin(Measure::kUtilisation, AnObjective(Measure::kUtilisation, 0.8));
  auto policy = Tracking(Measure::kUtilisation, 0.6);
  Moments(30min, 0.9, policy);
  EXPECT_EQ(score().shadow.ready, 3) << "1.8 hosts of work at 0.6; it must not compound";
  EXPECT_EQ(score().shadow.launches, 1);
  EXPECT_EQ(score().acting.violated, 30min);
  EXPECT_EQ(score().shadow.violated, offer_.time_to_ready);
}

TEST_F(ShadowTest, WithoutAnObjectiveOrASignalNothingIsJudged) {
  Begin(Measure::kLoad, std::nullopt);
  auto policy = Tracking(Measure::kLoad, 100);
  Moments(10min, 400, policy);
  EXPECT_EQ(score().judged, 0s);
  EXPECT_EQ(score().ViolatedShare(score().shadow), std::nullopt);
  EXPECT_FALSE(score().has_objective);
}

TEST_F(ShadowTest, GoesOnWithTheScoreOfAnEarlierLife) {
  ShadowScore before;
  before.since = At(-24h);
  before.watched = 23h;
  before.shadow.launches = 7;
  Begin(Measure::kLoad, std::nullopt, before);
  auto policy = Tracking(Measure::kLoad, 100);
  Moments(1h, 400, policy);
  EXPECT_EQ(score().since, At(-24h));
  EXPECT_EQ(score().watched, 24h) << "the time between the lives was not watched";
  EXPECT_EQ(score().shadow.launches, 9);
}

TEST_F(ShadowTest, WhatNobodySawCountsForNeither) {
  Begin(Measure::kLoad, AnObjective(Measure::kLoad, 150));
  auto policy = Tracking(Measure::kLoad, 100);
  Moments(1h, 400, policy);
  const ShadowScore before = score();
  shadow_->WasAwayUntil(At(5h));
  Moment(5h, 400, policy);
  EXPECT_EQ(score().watched, before.watched);
  EXPECT_EQ(score().acting, before.acting);
  EXPECT_EQ(score().shadow.cost, before.shadow.cost);
  EXPECT_EQ(score().until, At(5h));
}

TEST_F(ShadowTest, WhatItDecidesIsWhatItWouldHaveDecided) {
  Begin(Measure::kLoad, std::nullopt);
  auto policy = Tracking(Measure::kLoad, 100);
  const DecisionRecord first = Moment(0s, 400, policy);
  EXPECT_EQ(first.decision.verdict, Verdict::kGrow);
  EXPECT_EQ(HostsFor(first.decision.wanted, kHostSize), 4);
  EXPECT_EQ(Moment(2min, 100, policy).decision.verdict, Verdict::kShrink);
}

TEST(ShadowScore, ItsNoteGivesItBack) {
  ShadowScore score;
  score.cluster = "edge";
  score.policy = "patient";
  score.since = At(0s);
  score.until = At(1h);
  score.watched = 50min;
  score.judged = 40min;
  score.has_objective = true;
  score.start = 90s;
  score.acting = {Money::FromDouble(1.5), 4min, 3, 2};
  score.shadow = {Money::FromDouble(1.25), 2min, 1, 5};
  score.says = "because";
  EXPECT_EQ(ShadowScoreFrom(TextOf(score)), score);
  EXPECT_EQ(ShadowScoreFrom("{}"), std::nullopt);
  EXPECT_EQ(ShadowScoreFrom("torn"), std::nullopt);
  EXPECT_DOUBLE_EQ(*score.ViolatedShare(score.acting), 0.1);
}

}  // namespace
}  // namespace spillway
