#include "providers/digitalocean/digitalocean_errors.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/time.h"

namespace spillway {
namespace {

using nlohmann::json;
using testing::At;
using namespace std::chrono_literals;

struct Row {
  int status;
  std::string body;
  ErrorKind kind;
};

ErrorKind KindOfAnswer(const Row& row) {
  return KindOf(DigitalOceanErrorRules(), row.status, ReadDigitalOceanWords(json::parse(row.body)));
}

std::string Unprocessable(const std::string& message) {
  return json{{"id", "unprocessable_entity"}, {"message", message}, {"request_id", "1"}}.dump();
}

TEST(DigitalOceanErrors, AreToldByStatusAndWords) {
  const Row rows[] = {
      {401, R"({"id":"unauthorized","message":"Unable to authenticate you"})", ErrorKind::kDenied},
      {403, R"({"id":"forbidden","message":"You are not authorized to perform this operation"})",
       ErrorKind::kDenied},
      {404, R"({"id":"not_found","message":"The resource you were accessing could not be found."})",
       ErrorKind::kNotFound},
      {409, R"({"id":"conflict","message":"x"})", ErrorKind::kConflict},
      {422, Unprocessable("creating this/these droplet(s) will exceed your droplet limit"),
       ErrorKind::kQuota},
      {422, Unprocessable("Will exceed your Droplet Limit."), ErrorKind::kQuota},
      {422, Unprocessable("Size is not available in this region."), ErrorKind::kNoCapacity},
      {422, Unprocessable("Region is unavailable"), ErrorKind::kNoCapacity},
      {422, Unprocessable("no capacity for this size"), ErrorKind::kNoCapacity},
      {422,
       R"({"id":"unprocessable_entity","message":"try elsewhere",)"
       R"("error_attributes":{"available_regions":["ams3"]}})",
       ErrorKind::kNoCapacity},
      {422, Unprocessable("The image is not available in the selected region"),
       ErrorKind::kInvalid},
      {422, Unprocessable("You specified an invalid size for Droplet creation."),
       ErrorKind::kInvalid},
      {422, Unprocessable("something that nobody has seen before"), ErrorKind::kInvalid},
      {400, R"({"id":"bad_request","message":"x"})", ErrorKind::kInvalid},
      {422, Unprocessable("Droplet already has a pending event."), ErrorKind::kConflict},
      {423, R"({"id":"locked","message":"x"})", ErrorKind::kConflict},
      {429, R"({"id":"too_many_requests","message":"API rate limit exceeded."})",
       ErrorKind::kThrottled},
      {500, R"({"id":"server_error","message":"Unexpected server-side error"})",
       ErrorKind::kTransient},
      {502, R"({"id":"bad_gateway","message":"x"})", ErrorKind::kTransient},
      {503, R"({"id":"service_unavailable","message":"x"})", ErrorKind::kTransient},
      {504, R"({"id":"gateway_timeout","message":"x"})", ErrorKind::kTransient},
  };
  for (const Row& row : rows) EXPECT_EQ(KindOfAnswer(row), row.kind) << row.status << row.body;
}

TEST(DigitalOceanErrors, NameTheRegionsThatAreLeft) {
  const auto words = ReadDigitalOceanWords(json::parse(
      R"({"id":"x","message":"try elsewhere","error_attributes":{"available_regions":["ams3"]}})"));
  EXPECT_EQ(words.code, "x");
  EXPECT_EQ(words.text, "try elsewhere; available regions: [\"ams3\"]");
}

TEST(DigitalOceanErrors, AreNotReadOutOfOtherDocuments) {
  for (const char* body : {"[]", "{}", R"({"id":1,"message":"x"})", R"({"message":"x"})", "null"}) {
    EXPECT_THROW(ReadDigitalOceanWords(json::parse(body)), json::exception) << body;
  }
}

TEST(DigitalOceanRates, SayUntilWhenNothingMayBeAsked) {
  const std::int64_t now =
      std::chrono::floor<std::chrono::seconds>(At(0s).time_since_epoch()).count();
  struct Case {
    int status;
    std::map<std::string, std::string> headers;
    std::optional<Time> until;
  };
  const Case cases[] = {
      {200, {{"ratelimit-remaining", "1"}, {"ratelimit-reset", std::to_string(now + 9)}}, {}},
      {200, {{"ratelimit-remaining", "0"}, {"ratelimit-reset", std::to_string(now + 9)}}, At(9s)},
      {200, {{"ratelimit-remaining", "0"}}, {}},
      {200, {{"retry-after", "30"}}, {}},
      {200, {}, {}},
      {429, {{"retry-after", "30"}, {"ratelimit-reset", std::to_string(now + 9)}}, At(30s)},
      {429, {{"ratelimit-reset", std::to_string(now + 9)}}, At(9s)},
      {429, {{"ratelimit-reset", std::to_string(now - 9)}}, At(0s)},
      {429, {{"ratelimit-reset", "9000000000000"}}, At(1h)},
      {429, {{"retry-after", "86400"}}, At(1h)},
      {429, {{"retry-after", "-5"}}, At(0s)},
      {429, {{"retry-after", "Wed, 21 Oct 2026"}, {"ratelimit-reset", "soon"}}, {}},
      {429, {}, {}},
  };
  for (const Case& each : cases) {
    const HttpResponse response{each.status, each.headers, ""};
    EXPECT_EQ(DigitalOceanPausedUntil(response, At(0s)), each.until)
        << each.status << ::testing::PrintToString(each.headers);
  }
}

}  // namespace
}  // namespace spillway
