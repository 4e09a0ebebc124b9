// Whether something answers on a TCP port. Blocking: for workers only.
#pragma once

#include <string>

#include "scaler/model/result.h"
#include "scaler/model/time.h"

namespace spillway {

// Connects to `host` (a name or an address), reads the first line that the server sends and
// returns it without its end, at most 255 bytes. Errors are kTransient: not resolved, refused, no
// line within `timeout`. Resolving a name takes as long as the system's resolver allows. An SSH
// server says "SSH-2.0-…".
Result<std::string> ReadBanner(const std::string& host, int port, Duration timeout);

}  // namespace spillway
