#include "scaler/cli/api_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <nlohmann/json.hpp>
#include <vector>

#include "scaler/cli/command_error.h"
#include "tests/fakes/http_server.h"
#include "tests/fakes/tls_front.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using fakes::Delivery;
using fakes::Request;
using fakes::Response;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kToken = "spw_very-secret";

// A service that answers as the test says, and remembers what it was asked.
class ApiClientTest : public ::testing::Test {
 protected:
  static Response Problem(int status, const std::string& code, const std::string& detail) {
    const json body = {{"type", "urn:spillway:problem:" + code},
                       {"title", "x"},
                       {"status", status},
                       {"detail", detail}};
    return {.status = status, .body = body.dump(), .content_type = "application/problem+json"};
  }
  std::vector<Request> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::pair<int, std::string> Refused(const std::function<void()>& ask) {
    try {
      ask();
    } catch (const CommandError& error) {
      return {error.code(), error.what()};
    }
    return {0, "nothing was thrown"};
  }

  std::mutex mutex_;
  std::vector<Request> asked_;
  std::function<Response(const Request&)> answer_ = [](const Request&) {
    return Response{.body = R"({"name": "edge"})"};
  };
  fakes::HttpServer server_{[this](const Request& request) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(request);
    return answer_(request);
  }};
  ApiClient client_{{server_.url(), Secret(kToken), ""}};
};

TEST_F(ApiClientTest, ShowsItsTokenAndReadsTheAnswer) {
  EXPECT_EQ(client_.Get(ApiPath({"clusters", "a b"}, {{"at", "1+2"}, {"none", ""}})).at("name"),
            "edge");
  ASSERT_EQ(asked().size(), 1U);
  EXPECT_EQ(asked()[0].target, "/v1/clusters/a%20b?at=1%2B2");
  EXPECT_EQ(asked()[0].headers.at("authorization"), std::string("Bearer ") + kToken);
}

TEST_F(ApiClientTest, TellsProblemsWithTheirNextStepAndNeverTheToken) {
  const struct {
    int status;
    const char* code;
    std::string detail;
    int exit_code;
    const char* says;
  } kRows[] = {
      {401, "token_unknown", std::string("the token ") + kToken + " is not known", kFailed,
       "spillway tokens add NAME"},
      {403, "role_too_low", "expected the role operator, the token eve has viewer", kFailed,
       "the token eve has viewer; `spillway tokens add NAME --role operator`"},
      {403, "role_too_low", "expected the role admin, the token otto has operator", kFailed,
       "--role admin"},
      {403, "scope_too_small", "expected a token for all clusters", kFailed, "without --cluster"},
      {404, "not_found", "there is no cluster moon", kNothingThere, "there is no cluster moon"},
      {412, "precondition_failed", "it has changed", kFailed, "look at it again"},
      {409, "conflict", "edge-h1 is gone", kFailed, "edge-h1 is gone"},
      {400, "invalid_request", "body.for_s: is required", kUsage, "body.for_s"},
      {422, "config_wrong", "the configuration file is wrong", kBadConfig, "file is wrong"},
      {500, "internal", "something", kFailed, "something"},
  };
  for (const auto& row : kRows) {
    answer_ = [&](const Request&) { return Problem(row.status, row.code, row.detail); };
    const auto [code, text] = Refused([&] { client_.Get("/v1/x"); });
    EXPECT_EQ(code, row.exit_code) << row.code;
    EXPECT_THAT(text, AllOf(HasSubstr(row.says), Not(HasSubstr(kToken)))) << row.code;
  }
}

TEST_F(ApiClientTest, TellsWhenItMayAskAgainAndEveryPlaceThatIsWrong) {
  answer_ = [&](const Request&) {
    Response response = Problem(429, "locked_out", "too many wrong tokens");
    response.headers["Retry-After"] = "90";
    return response;
  };
  EXPECT_THAT(Refused([&] { client_.Get("/v1/x"); }).second, HasSubstr("try again in 90 s"));
  answer_ = [&](const Request&) {
    Response response = Problem(400, "invalid_request", "2 errors");
    json body = json::parse(response.body);
    body["errors"] = {{{"path", "body.for_s"}, {"message", "is required"}},
                      {{"path", "body.hosts"}, {"message", "expected an integer"}}};
    response.body = body.dump();
    return response;
  };
  EXPECT_THAT(Refused([&] { client_.Get("/v1/x"); }).second,
              AllOf(HasSubstr("\n  body.for_s: is required"),
                    HasSubstr("\n  body.hosts: expected an integer")));
}

TEST_F(ApiClientTest, KnowsWhoIsNotSpillway) {
  answer_ = [](const Request&) { return Response{.status = 502, .body = "<html>"}; };
  EXPECT_THAT(Refused([&] { client_.Get("/v1/x"); }).second, HasSubstr("is that Spillway?"));
  answer_ = [](const Request&) { return Response{.body = "<html>"}; };
  EXPECT_THAT(Refused([&] { client_.Get("/v1/x"); }).second, HasSubstr("is that Spillway?"));
  answer_ = [](const Request&) { return Response{.body = "{}"}; };
  EXPECT_THAT(Refused([&] { client_.List("/v1/x"); }).second, HasSubstr("of the same version?"));
}

TEST_F(ApiClientTest, SaysWhereNobodyAnswers) {
  std::string gone;
  {
    gone = fakes::HttpServer([](const Request&) { return Response{}; }).url();
  }
  ApiClient client({gone, Secret(kToken), ""});
  const auto [code, text] = Refused([&] { client.Get("/v1/x"); });
  EXPECT_EQ(code, kFailed);
  EXPECT_THAT(text, AllOf(HasSubstr(gone + " cannot be reached"),
                          HasSubstr("Does the service run?"), Not(HasSubstr(kToken))));
}

TEST_F(ApiClientTest, ReadsListsPageAfterPage) {
  answer_ = [](const Request& request) {
    const bool is_first = request.target.find("cursor=") == std::string::npos;
    return Response{.body = is_first ? R"({"items": [1, 2], "next_cursor": "a&b"})"
                                     : R"({"items": [3], "next_cursor": null})"};
  };
  EXPECT_EQ(client_.List("/v1/hosts?gone=true"), json({1, 2, 3}));
  EXPECT_EQ(asked()[1].target, "/v1/hosts?gone=true&limit=200&cursor=a%26b");
  EXPECT_EQ(client_.List("/v1/hosts", 2), json({1, 2}));
  EXPECT_EQ(asked()[2].target, "/v1/hosts?limit=2");
}

TEST_F(ApiClientTest, PostsAgainUnderTheSameKeyWhenNoAnswerCame) {
  int posts = 0;
  answer_ = [&](const Request&) {
    return Response{.body = R"({"name": "edge"})",
                    .delivery = ++posts == 1 ? Delivery::kCutAfter : Delivery::kNormal};
  };
  EXPECT_EQ(client_.Post("/v1/clusters/edge/pause", {{"for_s", 60}}).at("name"), "edge");
  ASSERT_EQ(asked().size(), 2U);
  const std::string key = asked()[0].headers.at("idempotency-key");
  EXPECT_EQ(key.size(), 64U);
  EXPECT_EQ(asked()[1].headers.at("idempotency-key"), key);
  EXPECT_EQ(json::parse(asked()[1].body), json({{"for_s", 60}}));

  client_.Post("/v1/clusters/edge/pause", json::object());
  EXPECT_NE(asked()[2].headers.at("idempotency-key"), key);
}

TEST_F(ApiClientTest, DoesNotPostAgainWhatWasRefused) {
  answer_ = [&](const Request&) { return Problem(503, "not_durable", "the store fails"); };
  EXPECT_THAT(Refused([&] { client_.Post("/v1/x", json::object()); }).second,
              HasSubstr("the store fails"));
  EXPECT_EQ(asked().size(), 1U);
}

TEST_F(ApiClientTest, FollowsEventsAndGoesOnAfterTheLastOneWhenTheConnectionEnds) {
  answer_ = [](const Request& request) {
    const auto last = request.headers.find("last-event-id");
    const std::string next = last == request.headers.end() ? "a-1" : last->second + "1";
    return Response{.body = "id: " + next + "\nevent: host\ndata: {}\n\n",
                    .content_type = "text/event-stream"};
  };
  std::vector<std::string> ids;
  const FollowEnd end = client_.Follow(
      "/v1/events", "", [&](const ServerSentEvent& event) { ids.push_back(event.id); },
      [&] { return ids.size() < 3; });
  EXPECT_EQ(end, FollowEnd::kStopped);
  EXPECT_THAT(ids, ElementsAre("a-1", "a-11", "a-111"));
  EXPECT_EQ(asked()[0].headers.at("accept"), "text/event-stream");
}

TEST_F(ApiClientTest, TellsOfAGapWhereItCannotKnowWhatItMissed) {
  answer_ = [](const Request&) { return Response{.body = "event: cluster\ndata: {}\n\n"}; };
  std::vector<std::string> kinds;
  client_.Follow(
      "/v1/events", "", [&](const ServerSentEvent& event) { kinds.push_back(event.kind); },
      [&] { return kinds.size() < 3; });
  EXPECT_THAT(kinds, ElementsAre("cluster", "gap", "cluster"));
}

TEST_F(ApiClientTest, SaysWhenThereAreNoEvents) {
  answer_ = [&](const Request&) { return Problem(404, "not_found", "there is no /v1/events"); };
  const auto follow = [&] {
    return client_.Follow(
        "/v1/events", "", [](const ServerSentEvent&) {}, [] { return true; });
  };
  EXPECT_EQ(follow(), FollowEnd::kNone);
  answer_ = [&](const Request&) { return Problem(401, "token_unknown", "not known"); };
  EXPECT_EQ(Refused(follow).first, kFailed);
}

TEST_F(ApiClientTest, TrustsTheAuthorityOfTheFileAlone) {
  const testing::ScratchDir dir;
  const fakes::TlsFront front(server_.port());
  ApiClient knows({front.url(), Secret(kToken), dir.Write("ca.pem", front.certificate())});
  EXPECT_EQ(knows.Get("/v1/x").at("name"), "edge");
  ApiClient does_not({front.url(), Secret(kToken), ""});
  EXPECT_THAT(Refused([&] { does_not.Get("/v1/x"); }).second,
              AllOf(HasSubstr("cannot be reached"), HasSubstr("SPILLWAY_CA_FILE")));
  EXPECT_EQ(asked().size(), 1U) << "the token was shown to whom nobody knows";
}

}  // namespace
}  // namespace spillway
