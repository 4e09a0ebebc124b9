// What the API answers: shapes and figures, and what it says to mistakes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/serve/api_fixture.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::At;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ReadingTest : public testing::ApiTest {
 protected:
  void Keep(const std::vector<DecisionRecord>& decisions) {
    store_.Commit(Changes{.decisions = decisions});
  }
  // All pages, following the cursors; the ids of each.
  std::vector<std::vector<std::string>> Pages(std::string target) {
    std::vector<std::vector<std::string>> pages;
    std::string cursor;
    do {
      const json page = Json(target + cursor);
      std::vector<std::string>& ids = pages.emplace_back();
      for (const json& item : page.at("items")) ids.push_back(item.at("id"));
      const json& next = page.at("next_cursor");
      cursor = next.is_null() ? "" : "&cursor=" + next.get<std::string>();
    } while (!cursor.empty());
    return pages;
  }
};

TEST_F(ReadingTest, AClusterSaysWhatItHasWantsAndCosts) {
  HostRecord host = testing::AHost("edge-a", HostState::kReady);
  host.cluster = "edge";
  host.pool = "cloud";
  store_.Commit(Changes{.hosts = {host}});
  Start();
  const json cluster = Json("/v1/clusters/edge");
  EXPECT_EQ(cluster.at("hosts").at("by_state").at("ready"), 1);
  EXPECT_EQ(cluster.at("capacity").at("ready").at("vcpu"), host.capacity.vcpu);
  EXPECT_EQ(cluster.at("money").at("running_per_hour"), host.price_per_hour.ToDouble());
  EXPECT_TRUE(cluster.at("money").at("limit_per_month").is_null()) << "there is no limit";
  EXPECT_EQ(cluster.at("ladder").at(1).at("hosts"), 1);
  EXPECT_EQ(cluster.at("ladder").at(0).at("hosts"), 0);
  EXPECT_EQ(cluster.at("last_decision").at("id"), "edge-1");
  EXPECT_EQ(cluster.at("signals").at(0).at("state"), "missing");
  EXPECT_TRUE(cluster.at("held_down_until").is_null());
}

TEST_F(ReadingTest, TimesAreRfc3339AndDurationsSeconds) {
  HostRecord host = testing::AFullHost("edge-a");
  host.cluster = "edge";
  host.created_at = At(90s) + 250ms;
  store_.Commit(Changes{.hosts = {host}});
  control_.Start();
  const json shown = Json("/v1/hosts/edge-a");
  EXPECT_THAT(shown.at("created_at").get<std::string>(), HasSubstr(":30.250Z"));
  EXPECT_EQ(shown.at("billing").at("step"), 3600.0);
  EXPECT_TRUE(shown.at("paid_from").is_null() || shown.at("paid_from").is_string());
}

TEST_F(ReadingTest, HostsAreFilteredAndGoneOnesOnRequest) {
  std::vector<HostRecord> hosts;
  for (const auto& [id, state] :
       {std::pair("edge-a", HostState::kReady), std::pair("edge-b", HostState::kBooting),
        std::pair("edge-c", HostState::kGone)}) {
    hosts.push_back(testing::AHost(id, state));
    hosts.back().cluster = "edge";
  }
  store_.Commit(Changes{.hosts = hosts});
  control_.Start();
  EXPECT_THAT(Listed("/v1/hosts", "id"), ElementsAre("edge-a", "edge-b"));
  EXPECT_THAT(Listed("/v1/hosts?gone=true", "id"), ElementsAre("edge-a", "edge-b", "edge-c"));
  EXPECT_THAT(Listed("/v1/hosts?state=booting", "id"), ElementsAre("edge-b"));
  EXPECT_THAT(Listed("/v1/hosts?state=gone", "id"), ElementsAre("edge-c"));
  EXPECT_THAT(Listed("/v1/hosts?cluster=far", "id"), ElementsAre());
  EXPECT_EQ(Json("/v1/hosts/edge-c").at("state"), "gone");
}

TEST_F(ReadingTest, DecisionsComeInPagesNewestFirst) {
  std::vector<DecisionRecord> decisions;
  for (int i = 1; i <= 5; ++i) {
    decisions.push_back(testing::ADecision("edge-" + std::to_string(i), At(i * 1min)));
  }
  Keep(decisions);
  EXPECT_THAT(Pages("/v1/decisions?limit=2"),
              ElementsAre(ElementsAre("edge-5", "edge-4"), ElementsAre("edge-3", "edge-2"),
                          ElementsAre("edge-1")));
  EXPECT_THAT(Pages("/v1/decisions?limit=5"), ElementsAre(::testing::SizeIs(5)));
}

TEST_F(ReadingTest, HostsComeInPagesThatSurviveWhoGoesBetweenThem) {
  std::vector<HostRecord> hosts;
  for (const char* id : {"edge-a", "edge-b", "edge-c", "edge-d", "edge-e"}) {
    hosts.push_back(testing::AHost(id, HostState::kReady));
    hosts.back().cluster = "edge";
  }
  store_.Commit(Changes{.hosts = hosts});
  control_.Start();
  EXPECT_THAT(Pages("/v1/hosts?limit=2"),
              ElementsAre(ElementsAre("edge-a", "edge-b"), ElementsAre("edge-c", "edge-d"),
                          ElementsAre("edge-e")));
  EXPECT_THAT(Pages("/v1/hosts?limit=5"), ElementsAre(::testing::SizeIs(5)));
  EXPECT_THAT(Listed("/v1/hosts?limit=2&cursor=edge-bb", "id"), ElementsAre("edge-c", "edge-d"));
}

TEST_F(ReadingTest, ListsInTheOrderOfTheConfigurationGoOnAfterWhatTheCursorNames) {
  EXPECT_EQ(Json("/v1/clusters?limit=1").at("next_cursor"), "edge");
  EXPECT_THAT(Listed("/v1/clusters?limit=1&cursor=edge", "name"), ElementsAre("far"));
  EXPECT_TRUE(Json("/v1/clusters?limit=1&cursor=edge").at("next_cursor").is_null());
  EXPECT_EQ(Ask("/v1/clusters?cursor=moon").status, 400);
  EXPECT_THAT(Listed("/v1/policies?limit=1&cursor=edge~load", "cluster"), ElementsAre("far"));
}

TEST_F(ReadingTest, PagesLoseAndRepeatNothingWhenManyDecisionsAreOfOneMoment) {
  std::vector<DecisionRecord> decisions;
  for (int i = 1; i <= 250; ++i) {
    decisions.push_back(testing::ADecision("edge-" + std::to_string(i), At(1min)));
  }
  Keep(decisions);
  std::set<std::string> seen;
  std::size_t count = 0;
  for (const auto& page : Pages("/v1/decisions?limit=40")) {
    count += page.size();
    seen.insert(page.begin(), page.end());
  }
  EXPECT_EQ(count, 250u);
  EXPECT_EQ(seen.size(), 250u);
}

TEST_F(ReadingTest, DecisionsAreFilteredByClusterAndTime) {
  Keep({testing::ADecision("edge-1", At(1min)), testing::ADecision("far-1", At(2min), "far"),
        testing::ADecision("edge-2", At(3min)), testing::ADecision("edge-3", At(4min))});
  EXPECT_THAT(Listed("/v1/decisions?cluster=far", "id"), ElementsAre("far-1"));
  const std::string second = TimeText(At(2min)), fourth = TimeText(At(4min));
  EXPECT_THAT(Listed("/v1/decisions?since=" + second + "&before=" + fourth, "id"),
              ElementsAre("edge-2", "far-1"));
}

TEST_F(ReadingTest, ADecisionIsShownWithAllItsReasons) {
  Keep({testing::ADecision("edge-1", At(1min))});
  const json decision = Json("/v1/decisions/edge-1");
  EXPECT_EQ(decision.at("reasons").at(0).at("code"), "merged");
  EXPECT_EQ(decision.at("recommendations").at(0).at("policy"), "steps");
  EXPECT_EQ(decision.at("plan").at("give_back").at(0).at("reason").at("code"), "dearest");
  EXPECT_EQ(decision.at("acted"), true);
}

TEST_F(ReadingTest, WhyNotTellsTheDecisionThatHeldThen) {
  DecisionRecord first = testing::ADecision("edge-1", At(1min));
  first.plan.offers.push_back({"cloud/fra/l", "cloud", false, testing::AReason("jurisdiction")});
  Keep({first, testing::ADecision("edge-2", At(3min))});
  const json then = Json("/v1/clusters/edge/why_not?at=" + TimeText(At(2min)));
  EXPECT_EQ(then.at("decision"), "edge-1");
  EXPECT_EQ(then.at("held_until"), TimeText(At(3min)));
  EXPECT_EQ(then.at("offers_passed_over").size(), 1u) << "what was chosen is no answer";
  EXPECT_EQ(then.at("offers_passed_over").at(0).at("reason").at("code"), "jurisdiction");
  const json now = Json("/v1/clusters/edge/why_not?at=" + TimeText(At(5min)));
  EXPECT_EQ(now.at("decision"), "edge-2");
  EXPECT_TRUE(now.at("held_until").is_null());
  EXPECT_EQ(Ask("/v1/clusters/edge/why_not?at=" + TimeText(At(30s))).status, 404);
}

TEST_F(ReadingTest, PoliciesSayWhatTheyMeasureAndSaidLast) {
  Start();
  const json policy = Json("/v1/policies?cluster=far").at("items").at(0);
  EXPECT_EQ(policy.at("name"), "load");
  EXPECT_EQ(policy.at("role"), "acting");
  EXPECT_EQ(policy.at("signals").at(0).at("metric"), "load");
  EXPECT_EQ(policy.at("recommendation").at("kind"), "unknown");
}

TEST_F(ReadingTest, ProvidersThatNeverAnsweredAreListedWithoutOffers) {
  Start();
  EXPECT_THAT(Listed("/v1/providers", "name"), ElementsAre("cloud", "rack"));
  EXPECT_TRUE(Json("/v1/providers").at("items").at(0).at("offers_as_of").is_null());
  EXPECT_EQ(Ask("/v1/offers?provider=moon").status, 404);
}

TEST_F(ReadingTest, TheConfigurationIsShownWithSecretsHidden) {
  const HttpAnswer answer = Ask("/v1/config");
  EXPECT_THAT(answer.body, Not(HasSubstr("hunter2")));
  const json rack = json::parse(answer.body).at("config").at("providers").at("rack");
  EXPECT_EQ(rack.at("password"), "***");
  EXPECT_EQ(rack.at("token_file"), "/etc/t") << "where a secret is, is none";
  EXPECT_EQ(rack.at("url"), "https://***@example.org/x");
}

TEST_F(ReadingTest, MistakesOfAQueryComeAllAtOnceWithTheirPlaces) {
  const HttpAnswer answer = Ask("/v1/decisions?limit=0&since=yesterday&colour=red&cursor=x");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.content_type, "application/problem+json");
  const json problem = json::parse(answer.body);
  EXPECT_EQ(problem.at("type"), "urn:spillway:problem:invalid_request");
  EXPECT_EQ(problem.at("status"), 400);
  std::vector<std::string> places;
  for (const json& error : problem.at("errors")) places.push_back(error.at("path"));
  EXPECT_THAT(places, ElementsAre("query.since", "query.limit", "query.cursor", "query.colour"));
}

TEST_F(ReadingTest, QueriesAreDecoded) {
  Keep({testing::ADecision("edge-1", At(1min))});
  EXPECT_THAT(Listed("/v1/decisions?cluster=%65dge", "id"), ElementsAre("edge-1"));
  EXPECT_EQ(Ask("/v1/decisions?cluster=%6").status, 400);
  EXPECT_EQ(Ask("/v1/decisions?cluster=a&cluster=b").status, 400);
  EXPECT_EQ(Ask("/v1/decisions/edge%2D1").status, 200);
}

TEST_F(ReadingTest, WhatIsNotThereIsSaid) {
  Start();
  for (const char* path : {"/v1", "/v1/", "/v1/clusters/", "/v1/clusters/moon", "/v1/hosts/h",
                           "/v1/decisions/d", "/v1/clusters/edge/colour", "/v2/clusters"}) {
    const HttpAnswer answer = Ask(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(json::parse(answer.body).at("type"), "urn:spillway:problem:not_found") << path;
  }
}

TEST_F(ReadingTest, AWrongMethodIsToldTheRightOnes) {
  const HttpAnswer answer = Ask("/v1/clusters", "viewer-token", "DELETE");
  EXPECT_EQ(answer.status, 405);
  EXPECT_THAT(answer.headers,
              ::testing::Contains(std::pair<std::string, std::string>("Allow", "GET, HEAD")));
  EXPECT_EQ(Ask("/v1/clusters", "viewer-token", "HEAD").status, 200);
}

}  // namespace
}  // namespace spillway
