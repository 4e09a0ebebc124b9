// Adapt: follows the load at a rate.
//
//   headroom: 1     # it sees so many times the load
//   divisor: 4      # of the rate when it gives back; another public code has 15
//
// Source: Ali-Eldin et al., "An adaptive hybrid elasticity controller for cloud infrastructures",
// NOMS 2012, with the figures of the public code (github.com/ahmedaley/Autoscalers, AKTE): the rate
// is R = (hosts / mean hosts ever) · (need - hosts), a quarter (`divisor`) of it when negative,
// estimated anew in each step (its interval of 5 · 0.01 · hosts / hosts is shorter than a step); R
// adds up, and whole hosts of the sum are given back, but never below the need, or added to the
// reaction: with too few hosts 1.1 times the need, rounded up.
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseAdapt(const std::string& name, const ConfigNode& node,
                                   const ReferenceContext& context);

}  // namespace spillway
