#include "providers/aws/aws_errors.h"

#include <gtest/gtest.h>

#include "providers/aws/ec2_api.h"

namespace spillway {
namespace {

struct Case {
  const char* code;
  ErrorKind kind;
};

class AwsErrorTable : public ::testing::TestWithParam<Case> {};

TEST_P(AwsErrorTable, IsReadOutOfBothShapesOfAnAnswer) {
  const std::string error = std::string("<Errors><Error><Code>") + GetParam().code +
                            "</Code><Message>why &amp; what</Message></Error></Errors>"
                            "<RequestID>1</RequestID>";
  for (const std::string root : {"Response", "ErrorResponse"}) {
    const auto body =
        ReadEc2Error("<?xml version=\"1.0\"?>\n<" + root + ">" + error + "</" + root + ">");
    ASSERT_TRUE(body) << root;
    EXPECT_EQ(body->message, "why & what");
    EXPECT_EQ(Ec2ErrorKind(body->code), GetParam().kind) << body->code;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, AwsErrorTable,
    ::testing::Values(
        Case{"AuthFailure", ErrorKind::kDenied}, Case{"SignatureDoesNotMatch", ErrorKind::kDenied},
        Case{"InvalidClientTokenId", ErrorKind::kDenied}, Case{"ExpiredToken", ErrorKind::kDenied},
        Case{"RequestExpired", ErrorKind::kDenied},
        Case{"MissingAuthenticationToken", ErrorKind::kDenied},
        Case{"UnauthorizedOperation", ErrorKind::kDenied},
        Case{"OperationNotPermitted", ErrorKind::kDenied},
        Case{"OptInRequired", ErrorKind::kDenied}, Case{"PendingVerification", ErrorKind::kDenied},
        Case{"Blocked", ErrorKind::kDenied}, Case{"VcpuLimitExceeded", ErrorKind::kQuota},
        Case{"InstanceLimitExceeded", ErrorKind::kQuota},
        Case{"MaxSpotInstanceCountExceeded", ErrorKind::kQuota},
        Case{"VolumeLimitExceeded", ErrorKind::kQuota},
        Case{"AddressLimitExceeded", ErrorKind::kQuota},
        Case{"ResourceLimitExceeded", ErrorKind::kQuota},
        Case{"InsufficientInstanceCapacity", ErrorKind::kNoCapacity},
        Case{"InsufficientHostCapacity", ErrorKind::kNoCapacity},
        Case{"InsufficientReservedInstanceCapacity", ErrorKind::kNoCapacity},
        Case{"UnfulfillableCapacity", ErrorKind::kNoCapacity},
        Case{"Unsupported", ErrorKind::kNoCapacity},
        Case{"InsufficientFreeAddressesInSubnet", ErrorKind::kNoCapacity},
        Case{"RequestLimitExceeded", ErrorKind::kThrottled},
        Case{"EC2ThrottledException", ErrorKind::kThrottled},
        Case{"Throttling", ErrorKind::kThrottled},
        Case{"ThrottlingException", ErrorKind::kThrottled},
        Case{"InvalidInstanceID.NotFound", ErrorKind::kNotFound},
        Case{"InvalidAMIID.NotFound", ErrorKind::kInvalid},
        Case{"InvalidKeyPair.NotFound", ErrorKind::kInvalid},
        Case{"InvalidGroup.NotFound", ErrorKind::kInvalid},
        Case{"InvalidSubnetID.NotFound", ErrorKind::kInvalid},
        Case{"InvalidInstanceType.NotFound", ErrorKind::kInvalid},
        Case{"InvalidParameterValue", ErrorKind::kInvalid},
        Case{"InvalidParameterCombination", ErrorKind::kInvalid},
        Case{"MissingParameter", ErrorKind::kInvalid},
        Case{"UnknownParameter", ErrorKind::kInvalid},
        Case{"InvalidAMIID.Malformed", ErrorKind::kInvalid},
        Case{"InvalidInstanceID.Malformed", ErrorKind::kInvalid},
        Case{"InvalidUserData.Malformed", ErrorKind::kInvalid},
        Case{"InvalidAction", ErrorKind::kInvalid},
        Case{"UnsupportedOperation", ErrorKind::kInvalid},
        Case{"IdempotentParameterMismatch", ErrorKind::kConflict},
        Case{"InvalidKeyPair.Duplicate", ErrorKind::kConflict},
        Case{"IncorrectInstanceState", ErrorKind::kConflict},
        Case{"DependencyViolation", ErrorKind::kConflict},
        Case{"ResourceInUse", ErrorKind::kConflict}, Case{"InternalError", ErrorKind::kTransient},
        Case{"InternalFailure", ErrorKind::kTransient}, Case{"Unavailable", ErrorKind::kTransient},
        Case{"ServiceUnavailable", ErrorKind::kTransient},
        // Not in the table: known by their endings.
        Case{"InvalidNetworkInterfaceID.NotFound", ErrorKind::kInvalid},
        Case{"NetworkInterfaceLimitExceeded", ErrorKind::kQuota}));

TEST(AwsErrors, AnUnknownCodeIsLeftToTheHttpStatus) {
  EXPECT_EQ(Ec2ErrorKind("SomethingNew"), std::nullopt);
}

TEST(AwsErrors, WithoutAnErrorOfEc2TheStatusDecides) {
  for (const char* body : {"", "<html><body>Bad Gateway</body></html>", "{}", "<Response>"}) {
    EXPECT_EQ(ReadEc2Error(body), std::nullopt) << body;
  }
  const std::pair<int, ErrorKind> cases[] = {
      {400, ErrorKind::kInvalid},   {401, ErrorKind::kDenied},    {403, ErrorKind::kDenied},
      {404, ErrorKind::kInvalid},   {429, ErrorKind::kThrottled}, {500, ErrorKind::kTransient},
      {502, ErrorKind::kTransient}, {503, ErrorKind::kTransient}, {302, ErrorKind::kTransient}};
  for (const auto& [status, kind] : cases) EXPECT_EQ(Ec2ErrorKind(status), kind) << status;
}

TEST(AwsErrors, TheCauseOfAFailedStartHasAKindAndAnOrdinaryEndHasNone) {
  const std::pair<const char*, std::optional<ErrorKind>> cases[] = {
      {"Server.InsufficientInstanceCapacity", ErrorKind::kNoCapacity},
      {"Client.VolumeLimitExceeded", ErrorKind::kQuota},
      {"Client.InternalError", ErrorKind::kInvalid},
      {"Client.InvalidSnapshot.NotFound", ErrorKind::kInvalid},
      {"Server.InternalError", ErrorKind::kTransient},
      {"Client.UserInitiatedShutdown", std::nullopt},
      {"Client.InstanceInitiatedShutdown", std::nullopt},
      {"Server.SpotInstanceTermination", std::nullopt},
      {"", std::nullopt}};
  for (const auto& [code, kind] : cases) EXPECT_EQ(Ec2StartFailure(code), kind) << code;
}

}  // namespace
}  // namespace spillway
