// The optimum itself (optimum.h), walked through the control loop: it launches so that each host is
// ready when the optimal plan needs it. Its cost ratio is 1 but for the hosts that boot when the
// course ends and when the scored steps begin.
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseClairvoyant(const std::string& name, const ConfigNode& node,
                                         const ReferenceContext& context);

}  // namespace spillway
