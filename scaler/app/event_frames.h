// Decisions, hosts and heartbeats as the bus publishes them; bus/README.md documents the bodies.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "scaler/model/plan.h"

namespace spillway {

nlohmann::json DecisionBody(const DecisionRecord& record);
nlohmann::json HostBody(const HostRecord& host);

}  // namespace spillway
