#include "providers/equinix/equinix_errors.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/time.h"

namespace spillway {
namespace {

using nlohmann::json;
using testing::At;
using namespace std::chrono_literals;

struct Case {
  int status;
  const char* text;
  ErrorKind kind;
};

class EquinixErrorTable : public ::testing::TestWithParam<Case> {};

TEST_P(EquinixErrorTable, IsReadOutOfBothShapesOfAnAnswer) {
  const Case& c = GetParam();
  for (const json& body : {json{{"errors", {c.text}}}, json{{"error", c.text}}}) {
    const RefusalWords words = ReadEquinixRefusal(body);
    EXPECT_EQ(words.text, c.text);
    EXPECT_EQ(KindOf(EquinixErrorRules(), c.status, words), c.kind) << c.text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, EquinixErrorTable,
    ::testing::Values(
        Case{401, "Invalid authentication token", ErrorKind::kDenied},
        Case{403, "You are not authorized to view this device", ErrorKind::kDenied},
        Case{404, "Not found", ErrorKind::kNotFound},
        Case{422, "This request exceeds the project's quota of 2 devices", ErrorKind::kQuota},
        Case{422, "You have reached the limit of your organization", ErrorKind::kQuota},
        Case{422, "Maximum number of devices reached", ErrorKind::kQuota},
        Case{422,
             "The facility ams1 has no provisionable c3.small.x86 servers matching your "
             "criteria",
             ErrorKind::kNoCapacity},
        Case{422, "There aren't available servers in that metro", ErrorKind::kNoCapacity},
        Case{422, "no available servers", ErrorKind::kNoCapacity},
        Case{422, "The service is unavailable", ErrorKind::kNoCapacity},
        Case{422, "Plan is not available in this metro", ErrorKind::kNoCapacity},
        Case{422, "Not enough capacity", ErrorKind::kNoCapacity},
        Case{422, "frankfurt is not a valid metro", ErrorKind::kInvalid},
        Case{422, "must have at least one SSH key or explicitly send no_ssh_keys option",
             ErrorKind::kInvalid},
        Case{400, "There was a problem in the JSON you submitted", ErrorKind::kInvalid},
        Case{429, "You have made too many requests", ErrorKind::kThrottled},
        Case{500, "Oh snap, something went wrong!", ErrorKind::kTransient},
        Case{503, "The service is unavailable", ErrorKind::kTransient}));

TEST(EquinixErrors, OfSeveralAreAllTold) {
  EXPECT_EQ(ReadEquinixRefusal(R"({"errors":["one is wrong","another too"]})"_json).text,
            "one is wrong; another too");
}

TEST(EquinixErrors, HaveNoWordsInADocumentOfAnotherApi) {
  for (const char* body : {"{}", "[]", "7", R"({"message":"no Route matched"})", R"({"errors":7})",
                           R"({"error":{"code":404}})"}) {
    EXPECT_THROW(ReadEquinixRefusal(json::parse(body)), json::exception) << body;
  }
}

TEST(EquinixErrors, WithoutWordsTheStatusDecides) {
  const std::pair<int, ErrorKind> cases[] = {
      {301, ErrorKind::kInvalid},   {401, ErrorKind::kDenied},    {403, ErrorKind::kDenied},
      {404, ErrorKind::kInvalid},   {410, ErrorKind::kInvalid},   {422, ErrorKind::kInvalid},
      {429, ErrorKind::kThrottled}, {502, ErrorKind::kTransient}, {503, ErrorKind::kTransient}};
  for (const auto& [status, kind] : cases) {
    EXPECT_EQ(KindOf(EquinixErrorRules(), status, {}), kind) << status;
  }
}

TEST(EquinixErrors, BlameAFailedStartOnCapacityOrQuotaOrOnNothing) {
  EXPECT_EQ(EquinixStartFailure("no available servers"), ErrorKind::kNoCapacity);
  EXPECT_EQ(EquinixStartFailure("exceeds the quota"), ErrorKind::kQuota);
  EXPECT_EQ(EquinixStartFailure("the disk could not be partitioned"), std::nullopt);
}

struct Rate {
  const char* what;
  int status;
  std::map<std::string, std::string> headers;
  std::optional<Time> until;
};

TEST(EquinixRate, IsHeededWithinReason) {
  const auto in = [](Duration d) {
    return std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(At(d).time_since_epoch()).count());
  };
  const Rate cases[] = {
      {"some left", 200, {{"x-ratelimit-remaining", "7"}, {"x-ratelimit-reset", in(60s)}}, {}},
      {"none left", 200, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", in(60s)}}, At(60s)},
      {"refused", 429, {{"x-ratelimit-reset", in(60s)}}, At(60s)},
      {"refused without a word", 429, {}, {}},
      {"no number", 429, {{"x-ratelimit-reset", "soon"}}, {}},
      {"a clock years ahead", 429, {{"x-ratelimit-reset", "99999999999999"}}, At(15min)},
  };
  for (const Rate& rate : cases) {
    HttpResponse response;
    response.status = rate.status;
    response.headers = rate.headers;
    EXPECT_EQ(EquinixPause(response, At(0s)), rate.until) << rate.what;
  }
}

}  // namespace
}  // namespace spillway
