#include "scaler/serve/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scaler/serve/problem.h"
#include "tests/unit/serve/api_fixture.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using testing::At;
using ::testing::HasSubstr;
using ::testing::Not;

class AccessTest : public testing::ApiTest {};

std::string HeaderOf(const HttpAnswer& answer, const std::string& name) {
  for (const auto& [header, value] : answer.headers) {
    if (header == name) return value;
  }
  return "";
}

TEST_F(AccessTest, NothingButHealthIsReadWithoutAToken) {
  Start();
  for (const Route& route : Routes()) {
    if (route.method != "GET") continue;
    const std::string path(route.path);
    const bool is_open = path == "/healthz" || path == "/readyz";
    EXPECT_EQ(Ask(path, "").status, is_open ? 200 : 401) << path;
  }
  const HttpAnswer refused = Ask("/v1/clusters", "");
  EXPECT_EQ(refused.content_type, "application/problem+json");
  EXPECT_EQ(HeaderOf(refused, "WWW-Authenticate"), "Bearer realm=\"spillway\"");
  EXPECT_EQ(Ask("/nowhere", "").status, 401) << "what is not there is not told either";
}

TEST_F(AccessTest, AWrongTokenIsRefusedAndNotRepeated) {
  const HttpAnswer refused = Ask("/v1/clusters", "viewer-tokem");
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, Not(HasSubstr("viewer-tokem")));
  EXPECT_THAT(HeaderOf(refused, "WWW-Authenticate"), HasSubstr("invalid_token"));
}

TEST_F(AccessTest, AHashIsNoToken) {
  EXPECT_EQ(Ask("/v1/clusters", Sha256Hex("viewer-token")).status, 401);
}

TEST_F(AccessTest, ARevokedTokenIsForgotten) {
  EXPECT_EQ(Ask("/v1/clusters").status, 200);
  access_.SetTokens({});
  EXPECT_EQ(Ask("/v1/clusters").status, 401);
}

TEST_F(AccessTest, AnAddressThatGuessesIsLockedOutWithTheRightTokenToo) {
  for (int i = 0; i < 9; ++i) EXPECT_EQ(Ask("/v1/clusters", "guess").status, 401);
  EXPECT_EQ(Ask("/v1/clusters").status, 200);
  EXPECT_EQ(Ask("/v1/clusters", "guess").status, 401);
  const HttpAnswer locked = Ask("/v1/clusters");
  EXPECT_EQ(locked.status, 429);
  EXPECT_EQ(HeaderOf(locked, "Retry-After"), "300");
  EXPECT_EQ(Ask("/v1/clusters", "viewer-token", "GET", "192.0.2.2").status, 200);
  EXPECT_EQ(Ask("/healthz").status, 200);
  loop_.RunFor(5min);
  EXPECT_EQ(Ask("/v1/clusters").status, 200);
}

TEST_F(AccessTest, SlowMistakesLockNobodyOut) {
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(Ask("/v1/clusters", "mistake").status, 401);
    loop_.RunFor(7s);
  }
}

TEST_F(AccessTest, RequestsWithoutATokenLockNobodyOut) {
  for (int i = 0; i < 30; ++i) EXPECT_EQ(Ask("/v1/clusters", "").status, 401);
  EXPECT_EQ(Ask("/v1/clusters").status, 200);
}

TEST_F(AccessTest, OnlySoManyAddressesAreRemembered) {
  Access access(metrics_, log_, {.failures = 2, .addresses = 3});
  const auto guess = [&](const std::string& peer) {
    HttpQuestion question;
    question.headers.emplace_back("authorization", "Bearer guess");
    question.peer = peer;
    try {
      access.Admit(question, loop_.Now());
    } catch (const Problem& problem) {
      return problem.status();
    }
    return 200;
  };
  EXPECT_EQ(guess("a"), 401);
  for (const char* peer : {"b", "c", "d"}) {
    loop_.RunFor(1s);
    EXPECT_EQ(guess(peer), 401);
  }
  EXPECT_EQ(guess("a"), 401) << "the oldest was forgotten: this is its first";
  EXPECT_EQ(guess("a"), 401);
  EXPECT_EQ(guess("a"), 429);
}

TEST_F(AccessTest, ATokenOfAClusterSeesThatClusterOnly) {
  Start();
  using ::testing::ElementsAre;
  EXPECT_THAT(Listed("/v1/clusters", "name", "edge-token"), ElementsAre("edge"));
  EXPECT_THAT(Listed("/v1/clusters", "name"), ElementsAre("edge", "far"));
  EXPECT_EQ(Ask("/v1/clusters/far", "edge-token").status, 404);
  EXPECT_EQ(Ask("/v1/clusters/far/why_not", "edge-token").status, 404);
  EXPECT_EQ(Ask("/v1/clusters/far").status, 200);
  EXPECT_THAT(Listed("/v1/decisions", "cluster", "edge-token"), ElementsAre("edge"));
  EXPECT_EQ(Ask("/v1/decisions/far-1", "edge-token").status, 404);
  EXPECT_EQ(Ask("/v1/decisions/far-1").status, 200);
  EXPECT_THAT(Listed("/v1/policies", "cluster", "edge-token"), ElementsAre("edge"));
  EXPECT_EQ(Ask("/v1/config", "edge-token").status, 403);
  EXPECT_EQ(Ask("/metrics", "edge-token").status, 403);
}

TEST(ApiTokens, ComeBackFromTheirNotes) {
  const ApiToken token{"page", Sha256Hex("x"), Role::kOperator, {"edge", "far"}, At(5s)};
  EXPECT_EQ(ApiTokenFrom(NoteOf(token)), token);
  EXPECT_EQ(ApiTokenFrom({kApiTokenNote, "page", "{}"}), std::nullopt);
  EXPECT_EQ(ApiTokenFrom({kApiTokenNote, "page", "no JSON"}), std::nullopt);
}

TEST(ApiTokens, AreLongAndNeverTheSame) {
  const std::string token = MakeApiToken();
  EXPECT_EQ(token.size(), std::string("spw_").size() + 64);
  EXPECT_NE(token, MakeApiToken());
}

}  // namespace
}  // namespace spillway
