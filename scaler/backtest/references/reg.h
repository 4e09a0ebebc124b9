// Reg: reacts upwards, regresses downwards.
//
//   headroom: 1     # it sees so many times the load
//
// Source: Iqbal et al., "Adaptive resource provisioning for read intensive multi-tier applications
// in the cloud", FGCS 2011, with the figures of the public code (github.com/ahmedaley/Autoscalers):
// with too few hosts 1.05 times the load, rounded up; with more than are needed a polynomial of
// degree 2 through the needs of the last 60 samples, its value now rounded up, times 1.2, and never
// more than there are.
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseReg(const std::string& name, const ConfigNode& node,
                                 const ReferenceContext& context);

}  // namespace spillway
