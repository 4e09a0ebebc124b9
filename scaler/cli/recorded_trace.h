// A recording of the service as a trace to backtest on: a cluster's load as its policies saw it.
#pragma once

#include <string>

#include "scaler/backtest/trace.h"

namespace spillway {

// Whether `path` is a segment of a recording, or a folder of them.
bool IsRecording(const std::string& path);

// A point for each evaluation of the cluster, where the signal had a value. A load is taken as it
// is; of a utilisation the load is worked out, in hosts: times the hosts that were ready. A latency
// is none.
//
// `signal` is the name of one that a policy of the recorded configuration looks at. Empty: the only
// load, or, where there is none, the only utilisation. `cluster` empty: the only one there is.
// Throws CommandError, with what there is to choose from, and RecordError.
Trace ReadRecordedTrace(const std::string& path, const std::string& cluster,
                        const std::string& signal);

}  // namespace spillway
