// The outcomes of a backtest, for people.
#pragma once

#include <span>
#include <string>

#include "scaler/backtest/tournament.h"
#include "scaler/cli/terminal_text.h"

namespace spillway {

// A row for each trace and policy, and with several traces one of means for each policy.
std::string BacktestText(const TournamentPlan& plan, std::span<const Bout> bouts,
                         const TextStyle& style);

}  // namespace spillway
