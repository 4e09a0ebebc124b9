#include "providers/aws/aws_errors.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace spillway {
namespace {

using Row = std::pair<std::string_view, ErrorKind>;

constexpr std::array kErrors = {
    // Who asks.
    Row{"AuthFailure", ErrorKind::kDenied},
    Row{"SignatureDoesNotMatch", ErrorKind::kDenied},
    Row{"InvalidClientTokenId", ErrorKind::kDenied},
    Row{"ExpiredToken", ErrorKind::kDenied},
    Row{"RequestExpired", ErrorKind::kDenied},
    Row{"MissingAuthenticationToken", ErrorKind::kDenied},
    // What the account may do.
    Row{"UnauthorizedOperation", ErrorKind::kDenied},
    Row{"AccessDenied", ErrorKind::kDenied},
    Row{"OperationNotPermitted", ErrorKind::kDenied},
    Row{"OptInRequired", ErrorKind::kDenied},
    Row{"PendingVerification", ErrorKind::kDenied},
    Row{"Blocked", ErrorKind::kDenied},
    // How much it may have.
    Row{"VcpuLimitExceeded", ErrorKind::kQuota},
    Row{"InstanceLimitExceeded", ErrorKind::kQuota},
    Row{"MaxSpotInstanceCountExceeded", ErrorKind::kQuota},
    Row{"VolumeLimitExceeded", ErrorKind::kQuota},
    Row{"AddressLimitExceeded", ErrorKind::kQuota},
    Row{"ResourceLimitExceeded", ErrorKind::kQuota},
    // What there is. `Unsupported` says that the zone does not have the type.
    Row{"InsufficientInstanceCapacity", ErrorKind::kNoCapacity},
    Row{"InsufficientHostCapacity", ErrorKind::kNoCapacity},
    Row{"InsufficientReservedInstanceCapacity", ErrorKind::kNoCapacity},
    Row{"UnfulfillableCapacity", ErrorKind::kNoCapacity},
    Row{"Unsupported", ErrorKind::kNoCapacity},
    Row{"InsufficientFreeAddressesInSubnet", ErrorKind::kNoCapacity},
    // How often one may ask.
    Row{"RequestLimitExceeded", ErrorKind::kThrottled},
    Row{"EC2ThrottledException", ErrorKind::kThrottled},
    Row{"Throttling", ErrorKind::kThrottled},
    Row{"ThrottlingException", ErrorKind::kThrottled},
    // What does not exist. Only a missing instance is news; a missing image, key, group, subnet or
    // type is a mistake in the request.
    Row{"InvalidInstanceID.NotFound", ErrorKind::kNotFound},
    Row{"InvalidAMIID.NotFound", ErrorKind::kInvalid},
    Row{"InvalidKeyPair.NotFound", ErrorKind::kInvalid},
    Row{"InvalidGroup.NotFound", ErrorKind::kInvalid},
    Row{"InvalidSubnetID.NotFound", ErrorKind::kInvalid},
    Row{"InvalidInstanceType.NotFound", ErrorKind::kInvalid},
    // What is wrong with the request.
    Row{"InvalidParameterValue", ErrorKind::kInvalid},
    Row{"InvalidParameterCombination", ErrorKind::kInvalid},
    Row{"MissingParameter", ErrorKind::kInvalid},
    Row{"UnknownParameter", ErrorKind::kInvalid},
    Row{"InvalidAMIID.Malformed", ErrorKind::kInvalid},
    Row{"InvalidInstanceID.Malformed", ErrorKind::kInvalid},
    Row{"InvalidUserData.Malformed", ErrorKind::kInvalid},
    Row{"InvalidAction", ErrorKind::kInvalid},
    Row{"UnsupportedOperation", ErrorKind::kInvalid},
    // What is in the way.
    Row{"IdempotentParameterMismatch", ErrorKind::kConflict},
    Row{"InvalidKeyPair.Duplicate", ErrorKind::kConflict},
    Row{"IncorrectInstanceState", ErrorKind::kConflict},
    Row{"DependencyViolation", ErrorKind::kConflict},
    Row{"ResourceInUse", ErrorKind::kConflict},
    // What went wrong over there.
    Row{"InternalError", ErrorKind::kTransient},
    Row{"InternalFailure", ErrorKind::kTransient},
    Row{"Unavailable", ErrorKind::kTransient},
    Row{"ServiceUnavailable", ErrorKind::kTransient},
};

// EC2 has hundreds of codes; their endings follow a custom.
constexpr std::array kEndings = {
    Row{".NotFound", ErrorKind::kInvalid},
    Row{".Malformed", ErrorKind::kInvalid},
    Row{".Duplicate", ErrorKind::kConflict},
    Row{"LimitExceeded", ErrorKind::kQuota},
};

constexpr std::array kStartFailures = {
    Row{"Server.InsufficientInstanceCapacity", ErrorKind::kNoCapacity},
    Row{"Client.VolumeLimitExceeded", ErrorKind::kQuota},
    Row{"Client.InternalError", ErrorKind::kInvalid},
    Row{"Client.InvalidSnapshot.NotFound", ErrorKind::kInvalid},
    Row{"Server.InternalError", ErrorKind::kTransient},
};

std::optional<ErrorKind> Find(std::span<const Row> table, std::string_view code) {
  const auto row = std::find_if(table.begin(), table.end(),
                                [code](const Row& candidate) { return candidate.first == code; });
  if (row == table.end()) return std::nullopt;
  return row->second;
}

}  // namespace

std::optional<ErrorKind> Ec2ErrorKind(std::string_view code) {
  if (const auto kind = Find(kErrors, code)) return kind;
  for (const auto& [ending, kind] : kEndings) {
    if (code.ends_with(ending)) return kind;
  }
  return std::nullopt;
}

ErrorKind Ec2ErrorKind(int http_status) {
  if (http_status == 401 || http_status == 403 || http_status == 407) return ErrorKind::kDenied;
  if (http_status == 429) return ErrorKind::kThrottled;
  if (http_status >= 400 && http_status < 500 && http_status != 408) return ErrorKind::kInvalid;
  return ErrorKind::kTransient;
}

bool IsExpiredCredentials(std::string_view code) {
  return code == "ExpiredToken" || code == "RequestExpired";
}

std::optional<ErrorKind> Ec2StartFailure(std::string_view state_reason) {
  return Find(kStartFailures, state_reason);
}

}  // namespace spillway
