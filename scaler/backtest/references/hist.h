// Hist: what the same hour of the day needed before.
//
//   headroom: 1       # it sees so many times the load
//   quantile: 0.9     # of what the hour needed
//
// Source: Urgaonkar et al., "Agile dynamic provisioning of multi-tier internet applications", ACM
// TAAS 2008, with the figures of the public code (github.com/ahmedaley/Autoscalers): the quantile
// of the last 730 samples of the hour, less the mean surplus (hosts - need) of the last 5 steps, a
// fifth of it where nothing would be left; when more than 5 of the last 10 steps had too few, 1.05
// times the load, rounded up, and the errors are forgotten.
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseHist(const std::string& name, const ConfigNode& node,
                                  const ReferenceContext& context);

}  // namespace spillway
