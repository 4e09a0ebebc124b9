// `spillway decisions`: what was decided, newest first.
#pragma once

#include <span>
#include <string>

#include "scaler/cli/terminal_text.h"
#include "scaler/model/plan.h"

namespace spillway {

std::string DecisionsView(std::span<const DecisionRecord> decisions, Time now,
                          const TextStyle& style);

// What a plan does, in a few words: "takes 2, gives back 1"; empty: nothing.
std::string DeedText(const Plan& plan);

}  // namespace spillway
