// What is kept for charts, and the columns that it is shown in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/serve/api_fixture.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::At;
using ::testing::ElementsAre;
using ::testing::Optional;

class HistoryTest : public testing::ApiTest {
 protected:
  void Have(const std::string& id, HostState state, const std::string& provider) {
    HostRecord host = testing::AHost(id, state);
    host.cluster = "edge";
    host.provider = provider;
    store_.Commit(Changes{.hosts = {host}});
  }
  void LookFor(Duration time) {
    for (Duration t = 0s; t < time; t += 10s) {
      history_.Look(control_);
      loop_.RunFor(10s);
    }
  }
  // An evaluation of "edge" whose policies saw these lists.
  void Evaluate(const std::vector<WaitingList>& lists) {
    const ClusterState state;
    const Observations observations(8);
    const PolicyWaiting waiting{lists};
    const std::optional<Market> asked;
    const std::function<Market()> market = [] { return Market{}; };
    history_.OnEvaluation({loop_.Now(),
                           clusters_[0],
                           state,
                           {},
                           {},
                           {},
                           observations,
                           waiting,
                           waiting,
                           asked,
                           market,
                           Evaluation{},
                           false,
                           std::nullopt});
  }
};

TEST_F(HistoryTest, HostsAreCountedByProviderAndThoseOnTheirWayApart) {
  Have("a", HostState::kReady, "rack");
  Have("b", HostState::kReady, "rack");
  Have("c", HostState::kReady, "cloud");
  Have("d", HostState::kBooting, "cloud");
  Have("e", HostState::kFailed, "cloud");
  control_.Start();
  LookFor(20s);
  const json history = Json("/v1/clusters/edge/history");
  const auto vcpu = testing::AHost("a", HostState::kReady).capacity.vcpu;
  EXPECT_EQ(history.at("ready_vcpu").at("rack"), json({2 * vcpu, 2 * vcpu}));
  EXPECT_EQ(history.at("ready_vcpu").at("cloud"), json({vcpu, vcpu}));
  EXPECT_EQ(history.at("booting_vcpu"), json({vcpu, vcpu}));
  EXPECT_EQ(history.at("load_vcpu"), json({12.5, 12.5}));
  EXPECT_EQ(history.at("violated"), json({false, false}));
  EXPECT_EQ(history.at("waiting_guests"), json({nullptr, nullptr})) << "nobody asked for them";
  EXPECT_EQ(history.at("times").at(1).get<double>() - history.at("times").at(0).get<double>(), 10);
}

TEST_F(HistoryTest, AProviderThatCameLaterHadNothingBefore) {
  Have("a", HostState::kReady, "rack");
  control_.Start();
  LookFor(10s);
  EXPECT_EQ(history_.ColumnsOf("edge", kDistantPast, 10s).ready_vcpu.size(), 1u);
  Have("b", HostState::kReady, "cloud");
  ControlLoop later(Context(), store_, OneEach(), {}, nobody_);
  later.Start();
  history_.Look(later);
  const auto ready = history_.ColumnsOf("edge", kDistantPast, 10s).ready_vcpu;
  ASSERT_EQ(ready.at("cloud").size(), 2u);
  EXPECT_EQ(ready.at("cloud").front(), 0);
  EXPECT_GT(ready.at("cloud").back(), 0);
}

TEST_F(HistoryTest, ACoarserStepShowsTheLastLookOfEachAndAnyViolation) {
  int looks = 0;
  History history({.step = 10s}, [&](const ClusterSummary& cluster) {
    if (cluster.name == "edge") ++looks;
    return LoadLook{looks, looks == 2};
  });
  control_.Start();
  for (int i = 0; i < 6; ++i) {
    history.Look(control_);
    loop_.RunFor(10s);
  }
  const HistoryColumns columns = history.ColumnsOf("edge", kDistantPast, 30s);
  EXPECT_THAT(columns.times, ElementsAre(At(20s), At(50s)));
  EXPECT_THAT(columns.load_vcpu, ElementsAre(Optional(3.0), Optional(6.0)));
  EXPECT_THAT(columns.violated, ElementsAre(Optional(true), Optional(false)));
}

TEST_F(HistoryTest, WhatIsOldIsForgottenAndManyClustersShareTheRoom) {
  const auto nothing = [](const ClusterSummary&) { return LoadLook{}; };
  History by_time({.step = 10s, .keep = 50s}, nothing);
  History by_room({.step = 10s, .most_points = 6}, nothing);
  control_.Start();
  for (int i = 0; i < 20; ++i) {
    by_time.Look(control_);
    by_room.Look(control_);
    loop_.RunFor(10s);
  }
  EXPECT_EQ(by_time.ColumnsOf("edge", kDistantPast, 10s).times.size(), 5u);
  EXPECT_EQ(by_room.ColumnsOf("edge", kDistantPast, 10s).times.size(), 3u) << "of two clusters";
  EXPECT_EQ(by_time.ColumnsOf("edge", kDistantPast, 10s).times.back(), At(190s));
}

// The service after a reload: "far" is not in the configuration any more.
class OneCluster : public testing::DrivenService {
 public:
  static std::vector<PolicyList> FollowingLoad() {
    std::vector<PolicyList> policies(1);
    policies[0].push_back(testing::FollowLoad());
    return policies;
  }

  ControlLoop control{Context(), store_, FollowingLoad(), {}, nobody_};
};

TEST_F(HistoryTest, AClusterThatIsNoMoreIsForgotten) {
  control_.Start();
  LookFor(10s);
  EXPECT_EQ(history_.ColumnsOf("far", kDistantPast, 10s).times.size(), 1u);
  OneCluster later;
  later.control.Start();
  history_.Look(later.control);
  EXPECT_EQ(history_.ColumnsOf("far", kDistantPast, 10s).times.size(), 0u);
  EXPECT_EQ(history_.ColumnsOf("edge", kDistantPast, 1s).times.back(), At(0s));
}

TEST_F(HistoryTest, TheLongestListOfWaitingGuestsIsTheirNumber) {
  control_.Start();
  WaitingList three, none;
  three.state = SignalState::kFresh;
  three.guests.resize(3);
  Evaluate({three, none});
  LookFor(10s);
  Evaluate({none});
  LookFor(10s);
  EXPECT_EQ(Json("/v1/clusters/edge/history").at("waiting_guests"), json({3, nullptr}));
}

TEST_F(HistoryTest, ItIsAskedForByTimeStepAndClusterThatTheTokenMaySee) {
  control_.Start();
  LookFor(60s);
  const json half = Json("/v1/clusters/edge/history?since=" + TimeText(At(30s)));
  EXPECT_EQ(half.at("times").size(), 3u);
  EXPECT_EQ(half.at("step_s"), 10);
  EXPECT_EQ(Json("/v1/clusters/edge/history?step_s=20").at("times").size(), 3u);
  EXPECT_EQ(Ask("/v1/clusters/edge/history?step_s=0").status, 400);
  EXPECT_EQ(Ask("/v1/clusters/far/history", "edge-token").status, 404);
}

TEST_F(HistoryTest, ACallerIsToldWhoItIs) {
  const json me = Json("/v1/me", "edge-token");
  EXPECT_EQ(me, json({{"name", "ed"}, {"role", "viewer"}, {"clusters", {"edge"}}}));
  EXPECT_EQ(Json("/v1/me", "admin-token").at("role"), "admin");
}

}  // namespace
}  // namespace spillway
