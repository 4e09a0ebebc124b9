// Entity tags (RFC 9110, 8.8.3) over what people change of a cluster and of a host: orders, roles,
// protection, goal. What moves by itself does not change them.
#pragma once

#include <string>

#include "scaler/control/control_loop.h"
#include "scaler/runtime/http_server.h"

namespace spillway {

std::string TagOf(const ClusterLook& cluster, Time now);
std::string TagOf(const HostRecord& host);

// Throws a Problem, 412, when the header If-Match names other tags than this one.
void CheckMatch(const HttpQuestion& question, const std::string& tag);

}  // namespace spillway
