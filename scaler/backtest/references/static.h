// A fleet that never changes. Without `hosts` it is the best in hindsight: the smallest that keeps
// the violation budget in the scored steps.
//
//   hosts: 12
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseStatic(const std::string& name, const ConfigNode& node,
                                    const ReferenceContext& context);

}  // namespace spillway
