// What EC2's own words mean for the caller. The two tables stand in the source.
#pragma once

#include <optional>
#include <string_view>

#include "scaler/model/error.h"

namespace spillway {

// The kind of an EC2 error code; nothing for a code that neither the table nor its ending tells.
std::optional<ErrorKind> Ec2ErrorKind(std::string_view code);

// The kind of an HTTP status without an EC2 error in its body (a load balancer's page, nothing).
// A bare 404 is kInvalid, not kNotFound: it says that the address is wrong, not that a machine is
// gone.
ErrorKind Ec2ErrorKind(int http_status);

// The credentials or the time of the request are out of date: worth one repetition with fresh ones.
bool IsExpiredCredentials(std::string_view code);

// The kind behind the stateReason code of an instance that is gone; nothing when it did start, or
// the code is not known.
std::optional<ErrorKind> Ec2StartFailure(std::string_view state_reason);

}  // namespace spillway
