// The writing side of the API: what is done, by whom, what is refused, and what is kept of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scaler/serve/problem.h"
#include "tests/unit/serve/api_fixture.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::At;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class ActionTest : public testing::ApiTest {
 protected:
  void Have(const std::string& id, HostState state, const std::string& cluster = "edge") {
    HostRecord host = testing::AHost(id, state);
    host.cluster = cluster;
    store_.Commit(Changes{.hosts = {host}});
  }
  json Done(const std::string& target, const std::string& body = "",
            const std::string& token = "operator-token") {
    const HttpAnswer answer = Post(target, body, {}, token);
    EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
    return json::parse(answer.body);
  }
  // The last part of the problem's type.
  std::string Refused(int status, const HttpAnswer& answer) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.content_type, "application/problem+json");
    const auto type = json::parse(answer.body).at("type").get<std::string>();
    return type.substr(type.rfind(':') + 1);
  }
  static std::vector<std::string> Places(const HttpAnswer& answer) {
    std::vector<std::string> places;
    const json problem = json::parse(answer.body);
    for (const json& error : problem.at("errors")) places.push_back(error.at("path"));
    return places;
  }
  static std::string TagIn(const HttpAnswer& answer) {
    for (const auto& [name, value] : answer.headers) {
      if (name == "ETag") return value;
    }
    return "";
  }
  ClusterState Stored() { return store_.Clusters().at(0); }
  json Audit() { return Json("/v1/audit", "admin-token").at("items"); }
};

TEST_F(ActionTest, APauseIsDurableAndShown) {
  Start();
  const json cluster = Done("/v1/clusters/edge/pause", R"({"for_s": 3600, "reason": "a storm"})");
  EXPECT_EQ(cluster.at("paused").at("by"), "otto");
  EXPECT_EQ(cluster.at("paused").at("reason"), "a storm");
  EXPECT_EQ(cluster.at("paused").at("until"), TimeText(At(1h + 1s)));
  ASSERT_TRUE(Stored().orders.pause);
  loop_.RunFor(1s);
  EXPECT_EQ(
      Json("/v1/decisions?cluster=edge&limit=1").at("items")[0].at("reasons").back().at("code"),
      "paused");
  EXPECT_TRUE(Json("/v1/clusters/far").at("paused").is_null());
  loop_.RunFor(2h);
  EXPECT_TRUE(Json("/v1/clusters/edge").at("paused").is_null());
  EXPECT_FALSE(Stored().orders.pause) << "it ended by itself";
}

TEST_F(ActionTest, WithoutAnEndAPauseLastsUntilItIsResumed) {
  Start();
  EXPECT_TRUE(Done("/v1/clusters/edge/pause").at("paused").at("until").is_null());
  loop_.RunFor(100h);
  EXPECT_FALSE(Json("/v1/clusters/edge").at("paused").is_null());
  EXPECT_TRUE(Done("/v1/clusters/edge/resume").at("paused").is_null());
  EXPECT_TRUE(Done("/v1/clusters/edge/resume").at("paused").is_null()) << "twice is once";
}

TEST_F(ActionTest, AManualScaleIsInHostsOrInCapacity) {
  Start();
  const json by_hosts = Done("/v1/clusters/edge/scale", R"({"hosts": 3, "for_s": 60})");
  EXPECT_EQ(by_hosts.at("manual_scale").at("wanted").at("vcpu"), 3 * testing::kHostSize.vcpu);
  EXPECT_EQ(by_hosts.at("manual_scale").at("hosts"), 3);
  loop_.RunFor(1s);
  EXPECT_EQ(Json("/v1/clusters/edge").at("capacity").at("wanted").at("vcpu"),
            3 * testing::kHostSize.vcpu);
  const json by_capacity =
      Done("/v1/clusters/edge/scale", R"({"capacity": {"vcpu": 5, "memory_mib": 7}, "for_s": 60})");
  EXPECT_TRUE(by_capacity.at("manual_scale").at("hosts").is_null());
  EXPECT_EQ(by_capacity.at("manual_scale").at("wanted").at("memory_mib"), 7);
  EXPECT_TRUE(Done("/v1/clusters/edge/unscale").at("manual_scale").is_null());
}

TEST_F(ActionTest, MistakesOfABodyComeAllAtOnceWithTheirPlaces) {
  Start();
  const HttpAnswer answer = Post("/v1/clusters/edge/scale?colour=red",
                                 R"({"hosts": -1, "for_s": 59, "reason": 3, "colour": "red"})");
  EXPECT_EQ(Refused(400, answer), "invalid_request");
  const HttpAnswer body = Post("/v1/clusters/edge/scale",
                               R"({"hosts": -1, "for_s": 59, "reason": 3, "colour": "red"})");
  EXPECT_THAT(Places(body), ElementsAre("body.for_s", "body.hosts", "body.reason", "body.colour"));
  EXPECT_FALSE(Stored().orders.scale);
}

TEST_F(ActionTest, BodiesThatAreNoneAreTold) {
  Start();
  const std::string scale = "/v1/clusters/edge/scale";
  struct {
    const char* body;
    std::vector<std::string> places;
  } const cases[] = {
      {"", {"body.for_s", "body"}},
      {"{", {"body", "body.for_s", "body"}},
      {"[]", {"body", "body.for_s", "body"}},
      {R"({"for_s": 60})", {"body"}},
      {R"({"for_s": 60, "hosts": 1, "capacity": {"vcpu": 1, "memory_mib": 1}})", {"body"}},
      {R"({"for_s": 60, "hosts": 1.5})", {"body.hosts"}},
      {R"({"for_s": 60, "hosts": 18446744073709551615})", {"body.hosts"}},
      {R"({"for_s": 60, "capacity": {"vcpu": 1}})", {"body.capacity.memory_mib"}},
      {R"({"for_s": 60, "capacity": 4})", {"body.capacity.vcpu", "body.capacity.memory_mib"}},
      {R"({"for_s": 60, "capacity": {"vcpu": 1, "memory_mib": 1, "x": 1}})", {"body.capacity"}},
      {R"({"for_s": 2592001, "hosts": 1})", {"body.for_s"}},
      {R"({"for_s": 60, "hosts": 1, "reason": "two\nlines"})", {"body.reason"}},
  };
  for (const auto& c : cases) {
    const HttpAnswer answer = Post(scale, c.body);
    EXPECT_EQ(Refused(400, answer), "invalid_request") << c.body;
    EXPECT_EQ(Places(answer), c.places) << c.body;
  }
  const auto with_reason = [](std::size_t characters) {
    std::string reason;
    for (std::size_t i = 0; i < characters; ++i) reason += "ä";
    return R"({"reason": ")" + reason + "\"}";
  };
  EXPECT_EQ(Post("/v1/clusters/edge/pause", with_reason(500)).status, 200);
  EXPECT_EQ(Post("/v1/clusters/edge/pause", with_reason(501)).status, 400);
}

TEST_F(ActionTest, ABodyOfAnotherMediaTypeIsRefused) {
  Start();
  EXPECT_EQ(Refused(415, Post("/v1/clusters/edge/pause", "for_s=60",
                              {{"content-type", "application/x-www-form-urlencoded"}})),
            "unsupported_media_type");
  EXPECT_EQ(
      Post("/v1/clusters/edge/pause", "{}", {{"content-type", "application/json; charset=utf-8"}})
          .status,
      200);
  EXPECT_EQ(Post("/v1/clusters/edge/pause", "", {{"content-type", ""}}).status, 200);
}

TEST_F(ActionTest, RolesAndClustersOfTokensAreKeptTo) {
  Have("edge-a", HostState::kReady);
  Start();
  EXPECT_EQ(Refused(403, Post("/v1/clusters/edge/pause", "", {}, "viewer-token")), "role_too_low");
  EXPECT_EQ(Refused(403, Post("/v1/clusters/edge/policies/load/promote")), "role_too_low");
  EXPECT_EQ(Refused(401, Post("/v1/clusters/edge/pause", "", {}, "")), "token_required");
  EXPECT_EQ(Refused(404, Post("/v1/clusters/edge/pause", "", {}, "far-token")), "not_found");
  EXPECT_EQ(Refused(404, Post("/v1/hosts/edge-a/drain", "", {}, "far-token")), "not_found");
  EXPECT_EQ(Post("/v1/clusters/far/pause", "", {}, "far-token").status, 200);
  EXPECT_EQ(Ask("/v1/audit", "operator-token").status, 403);
  EXPECT_EQ(Ask("/v1/clusters/edge/pause").status, 405);
  EXPECT_FALSE(Stored().orders.pause);
}

TEST_F(ActionTest, HostsAreProtectedDrainedAndRetired) {
  Have("edge-a", HostState::kReady);
  control_.Start();
  const json kept = Done("/v1/hosts/edge-a/protect", R"({"reason": "a demo"})");
  EXPECT_EQ(kept.at("protected_by").at("by"), "otto");
  EXPECT_EQ(Refused(409, Post("/v1/hosts/edge-a/retire")), "conflict");
  EXPECT_EQ(Done("/v1/hosts/edge-a/unprotect").at("is_protected"), false);
  EXPECT_EQ(Done("/v1/hosts/edge-a/drain").at("goal"), "drained");
  EXPECT_EQ(Done("/v1/hosts/edge-a/undrain").at("goal"), "serve");
  const json gone = Done("/v1/hosts/edge-a/retire", R"({"now": true})");
  EXPECT_EQ(gone.at("goal"), "retire");
  EXPECT_EQ(gone.at("leaves_guests"), true);
  EXPECT_EQ(Refused(400, Post("/v1/hosts/edge-a/retire", R"({"now": "yes"})")), "invalid_request");
  EXPECT_EQ(store_.FindHost("edge-a")->goal_by->by, "otto");
  EXPECT_EQ(Refused(404, Post("/v1/hosts/moon/drain")), "not_found");
}

TEST_F(ActionTest, ADryRunTellsWhatWouldFollowAndChangesNothing) {
  Have("edge-a", HostState::kReady);
  Start();
  const json preview = Done("/v1/clusters/edge/scale?dry_run=true", R"({"hosts": 2, "for_s": 60})");
  EXPECT_EQ(preview.at("dry_run"), true);
  EXPECT_EQ(preview.at("after").at("wanted").at("vcpu"), 2 * testing::kHostSize.vcpu);
  EXPECT_EQ(preview.at("after").at("verdict"), "grow");
  EXPECT_EQ(preview.at("before").at("verdict"), "hold");
  EXPECT_EQ(preview.at("before").at("recommendations").at(0).at("kind"), "unknown");
  EXPECT_THAT(preview.at("words").dump(),
              AllOf(HasSubstr("instead of"), HasSubstr("cannot be had")));
  EXPECT_FALSE(Stored().orders.scale);

  const json host = Done("/v1/hosts/edge-a/drain?dry_run=true");
  EXPECT_EQ(host.at("host").at("goal"), "drained");
  EXPECT_THAT(host.at("words").dump(), HasSubstr("takes no new guests"));
  EXPECT_EQ(Json("/v1/hosts/edge-a").at("goal"), "serve");
  EXPECT_EQ(Refused(409, Post("/v1/hosts/edge-a/retry?dry_run=true")), "conflict");
  EXPECT_THAT(Audit(), IsEmpty());
}

TEST_F(ActionTest, TagsChangeWithWhatPeopleChangeAndNotByThemselves) {
  Have("edge-a", HostState::kReady);
  Start();
  const std::string cluster = TagIn(Ask("/v1/clusters/edge"));
  const std::string host = TagIn(Ask("/v1/hosts/edge-a"));
  ASSERT_NE(cluster, "");
  ASSERT_NE(host, "");
  loop_.RunFor(10min);
  EXPECT_EQ(TagIn(Ask("/v1/clusters/edge")), cluster);
  EXPECT_EQ(TagIn(Ask("/v1/hosts/edge-a")), host);

  const HttpAnswer paused = Post("/v1/clusters/edge/pause", "", {{"if-match", cluster}});
  EXPECT_EQ(paused.status, 200);
  EXPECT_NE(TagIn(paused), cluster);
  EXPECT_EQ(Refused(412, Post("/v1/clusters/edge/resume", "", {{"if-match", cluster}})),
            "precondition_failed");
  EXPECT_EQ(Post("/v1/clusters/edge/resume", "", {{"if-match", "\"x\", " + TagIn(paused)}}).status,
            200);
  EXPECT_EQ(Post("/v1/clusters/edge/resume", "", {{"if-match", "*"}}).status, 200);
  EXPECT_EQ(Post("/v1/hosts/edge-a/protect", "", {{"if-match", "W/" + host}}).status, 412);
  EXPECT_EQ(Post("/v1/hosts/edge-a/protect", "", {{"if-match", host}}).status, 200);
  EXPECT_NE(TagIn(Ask("/v1/hosts/edge-a")), host);
}

TEST_F(ActionTest, ARepeatedPostGetsItsFirstAnswerAndIsDoneOnce) {
  Start();
  const std::string body = R"({"hosts": 2, "for_s": 600})";
  const HttpHeaders key = {{"idempotency-key", "k-1"}};
  const HttpAnswer first = Post("/v1/clusters/edge/scale", body, key);
  loop_.RunFor(1min);
  Done("/v1/clusters/edge/unscale");
  const HttpAnswer again = Post("/v1/clusters/edge/scale", body, key);
  EXPECT_EQ(again.body, first.body);
  EXPECT_THAT(again.headers, Contains(Pair("Idempotency-Replayed", "true")));
  EXPECT_FALSE(Stored().orders.scale) << "it was done again";
  EXPECT_EQ(Refused(422, Post("/v1/clusters/edge/pause", "", key)), "key_used");
  EXPECT_EQ(Refused(400, Post("/v1/clusters/edge/pause", "", {{"idempotency-key", "a b"}})),
            "invalid_request");
  EXPECT_THAT(Audit(), SizeIs(4)) << "scale, unscale, and the two that were refused";
}

TEST_F(ActionTest, ARepeatedPostIsKnownAfterARestart) {
  Start();
  const HttpHeaders key = {{"idempotency-key", "k-1"}};
  const HttpAnswer first = Post("/v1/clusters/edge/pause", "", key);
  Posts later(orders_, audit_, store_, journal_);
  HttpQuestion question = QuestionOf("/v1/clusters/edge/pause", "", "POST", "192.0.2.1");
  question.headers = key;
  const HttpAnswer again =
      later.Answer(question, {"otto", Role::kOperator, {}}, loop_.Now(),
                   []() -> HttpAnswer { throw NotFound("it was done again"); });
  ASSERT_TRUE(again.later);
  std::string body;
  again.later([&](const HttpAnswer& answer) { body = answer.body; });
  loop_.RunFor(0s);
  EXPECT_EQ(body, first.body);
}

TEST_F(ActionTest, WhatWasRefusedMayBeAskedAgainUnderItsKey) {
  Start();
  const HttpHeaders key = {{"idempotency-key", "k-1"}};
  EXPECT_EQ(Post("/v1/hosts/edge-a/protect", "", key).status, 404);
  Have("edge-a", HostState::kGone);
  EXPECT_EQ(Refused(409, Post("/v1/hosts/edge-a/protect", "", key)), "conflict");
}

TEST_F(ActionTest, WhatWasDoneAndRefusedIsInTheAuditLogNewestFirst) {
  Start();
  Done("/v1/clusters/edge/pause", R"({"reason": "a storm"})");
  Post("/v1/clusters/edge/pause", R"({"for_s": 0, "reason": "x"})");
  Post("/v1/clusters/edge/resume", "", {}, "viewer-token");
  const json entries = Audit();
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].at("who"), "eve");
  EXPECT_EQ(entries[0].at("role"), "viewer");
  EXPECT_EQ(entries[0].at("action"), "resume");
  EXPECT_EQ(entries[0].at("outcome"), "refused");
  EXPECT_THAT(entries[0].at("detail").get<std::string>(), HasSubstr("role_too_low"));
  EXPECT_THAT(entries[1].at("detail").get<std::string>(), HasSubstr("body.for_s"));
  EXPECT_EQ(entries[2].at("outcome"), "done");
  EXPECT_EQ(entries[2].at("subject"), "clusters/edge");
  EXPECT_EQ(entries[2].at("reason"), "a storm");
  EXPECT_EQ(entries[2].at("peer"), "192.0.2.1");

  const json page = Json("/v1/audit?limit=2", "admin-token");
  const std::string cursor = page.at("next_cursor");
  const json rest = Json("/v1/audit?limit=2&cursor=" + cursor, "admin-token");
  EXPECT_EQ(rest.at("items"), json::array({entries[2]}));
  EXPECT_TRUE(rest.at("next_cursor").is_null());
}

TEST_F(ActionTest, APolicyThatMeasuresIsPromoted) {
  std::vector<PolicyList> shadows(2);
  shadows[0].push_back(testing::FollowLoad("bold"));
  control_.SetShadows(std::move(shadows));
  Start();
  const std::string promote = "/v1/clusters/edge/policies/bold/promote";
  EXPECT_TRUE(Done(promote + "?dry_run=true", "", "admin-token").at("after").is_null());
  EXPECT_EQ(Json("/v1/policies?cluster=edge").at("items")[0].at("name"), "load");
  const std::string before = TagIn(Ask("/v1/clusters/edge"));
  Done(promote, "", "admin-token");
  EXPECT_EQ(Json("/v1/policies?cluster=edge").at("items")[0].at("name"), "bold");
  EXPECT_NE(TagIn(Ask("/v1/clusters/edge")), before);
  EXPECT_EQ(StoredRoles(store_).at(0).acting, std::vector<std::string>{"bold"});
  EXPECT_EQ(Refused(404, Post("/v1/clusters/edge/policies/moon/promote", "", {}, "admin-token")),
            "not_found");
}

TEST_F(ActionTest, ATokenThatWasMadeAMomentAgoIsKnown) {
  Start();
  access_.LookAgainBy([this] { access_.SetTokens(StoredApiTokens(store_)); });
  EXPECT_EQ(Ask("/v1/clusters", "new-token").status, 401);
  const ApiToken token{"new", Sha256Hex("new-token"), Role::kViewer, {}, At(0s)};
  store_.Commit(Changes{.notes = {NoteOf(token)}});
  EXPECT_EQ(Ask("/v1/clusters", "new-token").status, 200);
}

}  // namespace
}  // namespace spillway
