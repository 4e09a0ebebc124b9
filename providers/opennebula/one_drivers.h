// Which hypervisors a front-end has drivers for, by its version.
#pragma once

#include <optional>
#include <string>

#include "scaler/model/kinds.h"

namespace spillway {

// Nothing when OpenNebula `version` ("7.2.0") drives such hosts; else why not, and what would be
// possible. A version that cannot be read is taken to drive everything: one.host.allocate does not
// refuse a driver that is not there, but neither does it refuse one that is.
std::optional<std::string> WhyNotDriven(Hypervisor hypervisor, const std::string& version);

// Whether it depends on the version at all.
bool DependsOnVersion(Hypervisor hypervisor);

}  // namespace spillway
