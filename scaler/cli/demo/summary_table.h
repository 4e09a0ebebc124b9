// The table at the end of a demo.
#pragma once

#include <string>
#include <vector>

#include "scaler/cli/demo/scorecard.h"

namespace spillway {

// "3h 05m".
std::string HoursAndMinutes(Duration d);

// What it cost and how well it served, beside static peak provisioning and the rack alone, with
// the definition of both; hosts; machines left over. At most 80 columns.
std::vector<std::string> SummaryTable(const Summary& summary);

}  // namespace spillway
