// `spillway status --watch`: the status as it changes, until somebody ends it.
#pragma once

#include "scaler/cli/api_client.h"
#include "scaler/cli/commands.h"

namespace spillway {

// Driven by the events of the service; asks it every two seconds where there are none. On a
// terminal the times in it go on meanwhile. When the service does not answer, the last status
// stays, and that is said.
int WatchStatus(ApiClient& client, const StatusOptions& options);

}  // namespace spillway
