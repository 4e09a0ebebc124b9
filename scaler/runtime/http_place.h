// Where a server listens, out of the configuration.
#pragma once

#include "scaler/runtime/config_node.h"
#include "scaler/runtime/http_server.h"

namespace spillway {

// Reads `address`, `port` and `tls: {certificate, key}`; what is left out is as in `place`. An
// address that others can reach needs TLS, or `plain_text: true`, which says that it is meant.
HttpPlace ParseHttpPlace(const ConfigNode& node, HttpPlace place);

}  // namespace spillway
