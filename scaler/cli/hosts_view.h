// `spillway hosts`: a row for each host.
#pragma once

#include <span>
#include <string>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/host.h"

namespace spillway {

// In the order of clusters, then as given; a line with the sums at the end.
std::string HostsView(std::span<const HostRecord> hosts, Time now, const TextStyle& style);

// The records, as an array.
std::string HostsJson(std::span<const HostRecord> hosts);

}  // namespace spillway
