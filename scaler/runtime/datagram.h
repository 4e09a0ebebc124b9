// A message in a UDP packet, to one machine or to all of a network.
#pragma once

#include <string>
#include <string_view>

#include "scaler/model/result.h"

namespace spillway {

// Sends it once; nobody tells whether it arrives. `host` may be a broadcast address. Errors are
// kTransient: a name that is not resolved, no way to that network.
Result<Done> SendDatagram(const std::string& host, int port, std::string_view bytes);

}  // namespace spillway
