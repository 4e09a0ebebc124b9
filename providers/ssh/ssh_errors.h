// Why the OpenSSH client gave up, read from what it says: its exit code is 255 for every cause.
#pragma once

#include <string>
#include <string_view>

#include "scaler/model/error.h"

namespace spillway {

// `said` is what it wrote to standard error, `known_hosts` the file that keys are compared with.
//  kTransient       the machine is not up yet, or closed the connection before the login
//  kDenied          the login, or the machine's host key; a person must act. `code` says which:
//                   "login refused", "host key changed", "host key not known"
//  kInvalid         the two have no algorithm in common
//  kUnknownOutcome  anything else: the command may have been carried out
Error SshFailure(const std::string& where, std::string_view said, const std::string& known_hosts);

}  // namespace spillway
