#include "providers/rest/rest_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "scaler/runtime/simulated_loop.h"
#include "tests/fakes/http_server.h"

namespace spillway {
namespace {

using fakes::Delivery;
using nlohmann::json;
using std::chrono::seconds;

constexpr ErrorRule kRules[] = {
    {.status = 422, .text = "droplet limit", .kind = ErrorKind::kQuota},
    {.code = "sold_out", .kind = ErrorKind::kNoCapacity},
    {.status = 4, .text = "no such machine", .kind = ErrorKind::kNotFound},
    {.status = 412, .kind = ErrorKind::kConflict},
};

RefusalWords ReadWords(const json& body) { return {body.at("id"), body.at("message")}; }

std::optional<Time> RetryAfter(const HttpResponse& response, Time now) {
  const auto header = response.headers.find("retry-after");
  if (header == response.headers.end()) return std::nullopt;
  return now + seconds(std::stoi(header->second));
}

// A key that can be exchanged once.
class TwoKeys final : public Authorisation {
 public:
  Result<SecretHeaders> Headers() override {
    return SecretHeaders{{"Authorization", Secret(is_renewed_ ? "new-key" : "old-key")}};
  }
  bool Renew() override { return !is_renewed_.exchange(true); }

 private:
  std::atomic<bool> is_renewed_ = false;
};

class RestClientTest : public ::testing::Test {
 protected:
  RestClient Client(Authorisation& authorisation) {
    RestApi api;
    api.service = "cloud";
    api.base_url = server_.url() + "/v2";
    api.rules = kRules;
    api.read_words = ReadWords;
    api.reads = {.per_second = 1, .burst = 3};
    api.changes = {.per_second = 1, .burst = 3};
    api.paused_until = RetryAfter;
    api.time_limit = std::chrono::milliseconds(300);
    api.when_absent = when_absent_;
    return RestClient(api, authorisation, http_, clock_);
  }
  Error ErrorOf(const RestCall& call) {
    const Result<json> answer = client_.Call(call);
    return answer ? Error{} : answer.error();
  }
  static RestCall Create() {
    return {.name = "create",
            .method = "POST",
            .path = "/m",
            .body = {{"a", 1}},
            .effect = Effect::kCreates};
  }
  static RestCall Get() { return {.name = "get", .path = "/m/1"}; }

  fakes::Response answer_{.status = 200, .body = R"({"id":7})"};
  fakes::Request request_;
  int requests_ = 0;
  std::string when_absent_;
  fakes::HttpServer server_{[this](const fakes::Request& request) {
    request_ = request;
    ++requests_;
    return answer_;
  }};
  HttpClient http_;
  SimulatedLoop clock_{Time(seconds(1'000'000))};
  FixedKey key_{"Authorization", Secret("Bearer top-secret")};
  RestClient client_ = Client(key_);
};

TEST_F(RestClientTest, SendsTheBodyAndReadsTheAnswer) {
  const Result<int> id = client_.Ask(Create(), [](const json& j) { return j.at("id").get<int>(); });

  ASSERT_TRUE(id.ok()) << Describe(id.error());
  EXPECT_EQ(*id, 7);
  EXPECT_EQ(request_.method, "POST");
  EXPECT_EQ(request_.target, "/v2/m");
  EXPECT_EQ(request_.body, R"({"a":1})");
  EXPECT_EQ(request_.headers["content-type"], "application/json");
  EXPECT_EQ(request_.headers["authorization"], "Bearer top-secret");
}

TEST_F(RestClientTest, RefusalIsReadByTheTable) {
  struct Row {
    int status;
    std::string body;
    ErrorKind kind;
    std::string code;
  };
  const Row rows[] = {
      {422, R"({"id":"unprocessable","message":"exceeds your Droplet Limit"})", ErrorKind::kQuota,
       "unprocessable"},
      {422, R"({"id":"unprocessable","message":"bad name"})", ErrorKind::kInvalid, "unprocessable"},
      {500, R"({"id":"sold_out","message":"x"})", ErrorKind::kNoCapacity, "sold_out"},
      {500, R"({"id":"sold_out","message":""})", ErrorKind::kNoCapacity, "sold_out"},
      {412, R"({"id":"failed","message":"No such machine"})", ErrorKind::kNotFound, "failed"},
      {500, R"({"id":"failed","message":"No such machine"})", ErrorKind::kTransient, "failed"},
      {401, R"({"id":"unauthorized","message":"x"})", ErrorKind::kDenied, "unauthorized"},
      {404, R"({"id":"not_found","message":"x"})", ErrorKind::kNotFound, "not_found"},
      {404, "<html>", ErrorKind::kInvalid, "HTTP 404"},
      {409, "{}", ErrorKind::kConflict, "HTTP 409"},
      {412, "", ErrorKind::kConflict, "HTTP 412"},
      {502, "<html>", ErrorKind::kTransient, "HTTP 502"},
  };
  for (const Row& row : rows) {
    answer_ = {.status = row.status, .body = row.body};
    clock_.RunFor(seconds(10));
    const Error error = ErrorOf(Get());
    EXPECT_EQ(error.kind, row.kind) << row.body;
    EXPECT_EQ(error.code, row.code) << row.body;
    EXPECT_EQ(error.where, "cloud get");
  }
}

TEST_F(RestClientTest, WhatLeavesACreationOpenIsOfUnknownOutcome) {
  const fakes::Response answers[] = {
      {.status = 502, .body = "<html>"},
      {.status = 200, .body = "<html>"},
      {.status = 200, .body = R"({"no":"id"})"},
      {.status = 200, .body = "", .delivery = Delivery::kCutAfter},
      {.status = 200, .body = "", .delivery = Delivery::kHang},
  };
  const auto read = [](const json& j) { return j.at("id").get<int>(); };
  for (const fakes::Response& answer : answers) {
    answer_ = answer;
    clock_.RunFor(seconds(10));
    const Result<int> created = client_.Ask(Create(), read);
    ASSERT_FALSE(created.ok());
    EXPECT_EQ(created.error().kind, ErrorKind::kUnknownOutcome) << Describe(created.error());
    const Result<int> seen = client_.Ask(Get(), read);
    ASSERT_FALSE(seen.ok());
    EXPECT_EQ(seen.error().kind, ErrorKind::kTransient) << Describe(seen.error());
  }
}

TEST_F(RestClientTest, AsksNoMoreThanTheRateAllows) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client_.Call(Get()).ok());
  EXPECT_EQ(ErrorOf(Get()).kind, ErrorKind::kThrottled);
  EXPECT_TRUE(client_.Call(Create()).ok()) << "changes have a rate of their own";
  RestCall elsewhere = Get();
  elsewhere.scope = "eu";
  EXPECT_TRUE(client_.Call(elsewhere).ok()) << "and so has every region";
  clock_.RunFor(seconds(1));
  EXPECT_TRUE(client_.Call(Get()).ok());
}

TEST_F(RestClientTest, WaitsAsLongAsTheOtherSideSays) {
  answer_ = {.status = 429, .body = "{}", .headers = {{"retry-after", "60"}}};
  EXPECT_EQ(ErrorOf(Get()).kind, ErrorKind::kThrottled);
  answer_ = {.status = 200, .body = "{}"};
  clock_.RunFor(seconds(59));
  EXPECT_EQ(ErrorOf(Get()).code, "LocalLimit");
  clock_.RunFor(seconds(1));
  EXPECT_TRUE(client_.Call(Get()).ok());
}

TEST_F(RestClientTest, RenewsCredentialsOnce) {
  TwoKeys keys;
  RestClient client = Client(keys);
  answer_ = {.status = 401, .body = R"({"id":"unauthorized","message":"new-key is not known"})"};
  const Result<json> answer = client.Call(Get());
  EXPECT_EQ(request_.headers["authorization"], "new-key");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().text, "*** is not known");
}

TEST_F(RestClientTest, LooksForAKeyAgainThatIsRefused) {
  std::string value = "old-key";
  LookedUpKey key("X-Key", "Key ", [&value]() -> Result<Secret> {
    if (value.empty()) return Error{ErrorKind::kDenied, "keys", "", "there is none"};
    return Secret(value);
  });
  RestClient client = Client(key);
  ASSERT_TRUE(client.Call(Get()).ok());
  answer_ = {.status = 401, .body = R"({"id":"unauthorized","message":"no"})"};
  for (const std::string next : {"", "old-key", "new-key"}) {
    clock_.RunFor(seconds(10));
    EXPECT_EQ(request_.headers["x-key"], "Key old-key") << "until there is another";
    value = next;
    EXPECT_FALSE(client.Call(Get()).ok());
  }
  EXPECT_EQ(request_.headers["x-key"], "Key new-key");
}

TEST_F(RestClientTest, SaysThatThereIsNoKey) {
  LookedUpKey key("X-Key", "", []() -> Result<Secret> {
    return Error{ErrorKind::kDenied, "keys", "", "there is none"};
  });
  RestClient client = Client(key);
  const Result<json> answer = client.Call(Get());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().text, "there is none");
}

TEST_F(RestClientTest, TellsNoKeyThatTheOtherSideRepeats) {
  answer_ = {.status = 400, .body = R"({"id":"odd","message":"top-secret, Bearer top-secret?"})"};
  EXPECT_EQ(ErrorOf(Get()).text, "***, Bearer ***?");
}

TEST_F(RestClientTest, LeavesAnApiThatIsNowhereAloneForLongerAndLonger) {
  when_absent_ = "the cloud has closed";
  RestClient client = Client(key_);
  const fakes::Response strangers[] = {
      {.status = 404, .body = "<html>"},
      {.status = 410, .body = ""},
      {.status = 200, .body = "<html>for sale</html>"},
  };
  for (const fakes::Response& stranger : strangers) {
    answer_ = stranger;
    const Result<json> answer = client.Call(Get());
    ASSERT_FALSE(answer.ok());
    EXPECT_THAT(answer.error().text, ::testing::EndsWith("; the cloud has closed"));
  }
  const auto requests_within = [&](seconds time) {
    const int before = requests_;
    clock_.RunFor(time);
    const Result<json> answer = client.Call(Get());
    EXPECT_FALSE(answer.ok());
    if (requests_ == before) {
      EXPECT_EQ(answer.error().kind, ErrorKind::kDenied);
    }
    return requests_ - before;
  };
  EXPECT_EQ(requests_within(seconds(59)), 0);
  EXPECT_EQ(requests_within(seconds(1)), 1);
  EXPECT_EQ(requests_within(seconds(119)), 0);
  EXPECT_EQ(requests_within(seconds(1)), 1);

  clock_.RunFor(seconds(240));
  answer_ = {.status = 404, .body = R"({"id":"not_found","message":"no such machine"})"};
  for (int i = 0; i < 3; ++i) {
    clock_.RunFor(seconds(1));
    const Result<json> answer = client.Call(Get());
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind, ErrorKind::kNotFound) << "it speaks the API again";
  }
}

TEST_F(RestClientTest, KeepsAskingAnApiThatIsOnlyIll) {
  when_absent_ = "the cloud has closed";
  RestClient client = Client(key_);
  const fakes::Response answers[] = {
      {.status = 502, .body = "<html>"},
      {.status = 429, .body = ""},
      {.status = 403, .body = "<html>"},
  };
  for (const fakes::Response& answer : answers) {
    answer_ = answer;
    for (int i = 0; i < 5; ++i) {
      clock_.RunFor(seconds(1));
      EXPECT_FALSE(client.Call(Get()).ok());
    }
  }
  EXPECT_EQ(requests_, 15);
}

}  // namespace
}  // namespace spillway
