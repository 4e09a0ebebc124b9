// Where a front-end is, and who asks, as the configuration of everything that talks to it says it.
#pragma once

#include <string>

#include "scaler/runtime/config_node.h"
#include "scaler/runtime/secret.h"

namespace spillway {

// Reads the key `endpoint`: "http://front-end:2633/RPC2".
std::string ParseOneEndpoint(const ConfigNode& node);

// The first line of the file, "user:password"; an empty path stands for $ONE_AUTH, or else
// ~/.one/one_auth. Throws std::runtime_error, naming file and expectation.
Secret ReadOneSession(const std::string& auth_file);

}  // namespace spillway
