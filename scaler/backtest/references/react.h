// React: reactive scaling with a margin.
//
//   headroom: 1     # it sees so many times the load
//
// Source: Chieu et al., "Dynamic scaling of web applications in a virtualized cloud computing
// environment", ICEBE 2009, with the figures of the public code that the comparison of Papadopoulos
// et al. ("PEAS", ACM TOMPECS 2016) ran (github.com/ahmedaley/Autoscalers): with too few hosts 1.2
// times what is missing is added, rounded down; when 1.1 times the load is still less than there
// is, it becomes 1.2 times the need.
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseReact(const std::string& name, const ConfigNode& node,
                                   const ReferenceContext& context);

}  // namespace spillway
