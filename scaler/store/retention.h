// The rules of Store::Prune, the same for every store.
#pragma once

#include "scaler/store/store.h"

namespace spillway {

// When a host's record ended. REQUIRES: the host is gone.
inline Time EndOf(const HostRecord& host) { return host.gone_at.value_or(host.state_since); }

// Decisions made before this are deleted.
inline Time DecisionsCutoff(const Retention& retention, Time now) {
  return now - retention.decisions;
}

// Hosts that ended before this are deleted: the retention is over, and so are the (UTC) month of
// their end and the one after it.
Time GoneHostsCutoff(const Retention& retention, Time now);

}  // namespace spillway
