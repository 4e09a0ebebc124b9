#include "providers/google/google_errors.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/time.h"

namespace spillway {
namespace {

using testing::At;
using namespace std::chrono_literals;

struct Case {
  int status;
  const char* reason;
  const char* message;
  ErrorKind kind;
};

std::string Envelope(const Case& row) {
  return nlohmann::json{
      {"error",
       {{"code", row.status},
        {"message", row.message},
        {"errors",
         {{{"message", row.message}, {"domain", "usageLimits"}, {"reason", row.reason}}}}}}}
      .dump();
}

class GoogleErrorTable : public ::testing::TestWithParam<Case> {};

TEST_P(GoogleErrorTable, IsReadByTheReason) {
  const RefusalWords words = ReadGoogleRefusal(nlohmann::json::parse(Envelope(GetParam())));
  EXPECT_EQ(words.code, GetParam().reason);
  EXPECT_EQ(words.text, GetParam().message);
  EXPECT_EQ(KindOf(GoogleErrorRules(), GetParam().status, words), GetParam().kind)
      << GetParam().status << " " << GetParam().reason;
}

INSTANTIATE_TEST_SUITE_P(
    All, GoogleErrorTable,
    ::testing::Values(
        Case{401, "authError", "Invalid Credentials", ErrorKind::kDenied},
        Case{401, "UNAUTHENTICATED", "", ErrorKind::kDenied},
        Case{403, "forbidden", "Required 'compute.instances.create' permission",
             ErrorKind::kDenied},
        Case{403, "insufficientPermissions", "", ErrorKind::kDenied},
        Case{403, "accessNotConfigured", "has not been used in project", ErrorKind::kDenied},
        Case{403, "SERVICE_DISABLED", "", ErrorKind::kDenied},
        Case{403, "BILLING_DISABLED", "This API method requires billing", ErrorKind::kDenied},
        Case{403, "quotaExceeded", "Quota 'CPUS' exceeded.  Limit: 24.0", ErrorKind::kQuota},
        Case{403, "QUOTA_EXCEEDED", "", ErrorKind::kQuota},
        Case{403, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries'",
             ErrorKind::kThrottled},
        Case{403, "userRateLimitExceeded", "", ErrorKind::kThrottled},
        Case{403, "RATE_LIMIT_EXCEEDED", "", ErrorKind::kThrottled},
        Case{429, "rateLimitExceeded", "", ErrorKind::kThrottled},
        Case{429, "RESOURCE_EXHAUSTED", "", ErrorKind::kThrottled},
        Case{503, "insufficientCapacity", "", ErrorKind::kNoCapacity},
        Case{503, "backendError", "The zone 'z' does not have enough resources available",
             ErrorKind::kNoCapacity},
        Case{503, "ZONE", "ZONE_RESOURCE_POOL_EXHAUSTED: none left", ErrorKind::kNoCapacity},
        Case{404, "notFound", "The resource 'projects/p/zones/z/instances/i' was not found",
             ErrorKind::kNotFound},
        Case{404, "notFound", "Failed to find project edge-burst", ErrorKind::kDenied},
        Case{409, "alreadyExists", "The resource 'x' already exists", ErrorKind::kConflict},
        Case{400, "resourceNotReady", "The resource 'x' is not ready", ErrorKind::kConflict},
        Case{400, "resourceInUseByAnotherResource", "", ErrorKind::kConflict},
        Case{412, "conditionNotMet", "Labels fingerprint either invalid or resource labels changed",
             ErrorKind::kConflict},
        Case{412, "conditionNotMet", "Constraint constraints/compute.requireOsLogin violated",
             ErrorKind::kDenied},
        Case{400, "invalid", "Invalid value for field", ErrorKind::kInvalid},
        Case{400, "required", "Required field 'resource.name' not specified", ErrorKind::kInvalid},
        Case{400, "badRequest", "", ErrorKind::kInvalid},
        Case{400, "INVALID_ARGUMENT", "", ErrorKind::kInvalid},
        Case{500, "backendError", "Internal error", ErrorKind::kTransient},
        Case{502, "backendError", "", ErrorKind::kTransient},
        Case{503, "backendError", "", ErrorKind::kTransient},
        Case{504, "backendError", "", ErrorKind::kTransient}));

TEST(GoogleErrors, WithoutAListOfErrorsTheStatusWordIsTheCode) {
  const RefusalWords words = ReadGoogleRefusal(nlohmann::json::parse(
      R"({"error":{"code":401,"message":"no","status":"UNAUTHENTICATED","errors":[]}})"));
  EXPECT_EQ(words.code, "UNAUTHENTICATED");
}

TEST(GoogleErrors, InAnOperationAreReadByTheirCode) {
  struct Row {
    const char* code;
    int status;
    ErrorKind kind;
  };
  const Row rows[] = {
      {"PERMISSIONS_ERROR", 0, ErrorKind::kDenied},
      {"VM_EXTERNAL_IP_ACCESS_POLICY_CONSTRAINT", 0, ErrorKind::kDenied},
      {"QUOTA_EXCEEDED", 403, ErrorKind::kQuota},
      {"REGIONAL_QUOTA_LIMIT", 0, ErrorKind::kQuota},
      {"RATE_LIMIT_EXCEEDED", 0, ErrorKind::kThrottled},
      {"RESOURCE_OPERATION_RATE_EXCEEDED", 0, ErrorKind::kThrottled},
      {"ZONE_RESOURCE_POOL_EXHAUSTED", 503, ErrorKind::kNoCapacity},
      {"ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", 503, ErrorKind::kNoCapacity},
      {"RESOURCE_POOL_EXHAUSTED", 0, ErrorKind::kNoCapacity},
      {"IP_SPACE_EXHAUSTED", 0, ErrorKind::kNoCapacity},
      {"IP_SPACE_EXHAUSTED_WITH_DETAILS", 0, ErrorKind::kNoCapacity},
      {"RESOURCE_NOT_FOUND", 0, ErrorKind::kNotFound},
      {"RESOURCE_ALREADY_EXISTS", 0, ErrorKind::kConflict},
      {"RESOURCE_NOT_READY", 0, ErrorKind::kConflict},
      {"RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", 0, ErrorKind::kConflict},
      {"INVALID_FIELD_VALUE", 0, ErrorKind::kInvalid},
      {"INVALID_USAGE", 400, ErrorKind::kInvalid},
      {"UNSUPPORTED_OPERATION", 0, ErrorKind::kInvalid},
      {"INTERNAL_ERROR", 0, ErrorKind::kTransient},
      {"SOMETHING_NEW", 0, ErrorKind::kTransient},
      {"SOMETHING_NEW", 400, ErrorKind::kInvalid},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(GoogleOperationKind({row.status, row.code, ""}), row.kind) << row.code;
  }
}

TEST(GoogleErrors, APassedRateLastsUntilTheNextMinuteBegins) {
  HttpResponse response;
  response.status = 403;
  response.body = Envelope({403, "rateLimitExceeded", "", ErrorKind::kThrottled});
  EXPECT_EQ(GooglePausedUntil(response, At(90s)), At(2min));
  EXPECT_EQ(GooglePausedUntil(response, At(2min)), At(3min));
  response.body = Envelope({403, "forbidden", "", ErrorKind::kDenied});
  EXPECT_EQ(GooglePausedUntil(response, At(90s)), std::nullopt);
  response.status = 429;
  response.body = "<html>";
  EXPECT_EQ(GooglePausedUntil(response, At(90s)), At(2min));
  response.status = 200;
  EXPECT_EQ(GooglePausedUntil(response, At(90s)), std::nullopt);
}

}  // namespace
}  // namespace spillway
