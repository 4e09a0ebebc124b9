// `spillway hosts`: a row for each host; or one, with the answers of its probes.
#pragma once

#include <span>
#include <string>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/host.h"

namespace spillway {

// In the order of clusters, then as given; a line with the sums at the end.
std::string HostsView(std::span<const HostRecord> hosts, Time now, const TextStyle& style);

std::string HostView(const HostRecord& host, Time now, const TextStyle& style);

}  // namespace spillway
