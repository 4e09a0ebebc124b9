// The frontier of a sweep, drawn of characters: what a setting costs and how often it fails.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "scaler/backtest/tournament.h"
#include "scaler/cli/terminal_text.h"

namespace spillway {

struct FrontierPoint {
  double violated_share = 0;
  double cost_ratio = 0;
  std::size_t group = 0;  // the policy whose setting it is
};

// The means of each policy of the plan over all traces; `per_group` policies in a row are the
// settings of one.
std::vector<FrontierPoint> FrontierOf(const TournamentPlan& plan, std::span<const Bout> bouts,
                                      std::size_t per_group);

// Violated share to the right (logarithmic), cost upwards; points as letters, a group each, the
// budget as a line of "|".
std::string DrawFrontier(std::span<const FrontierPoint> points, double budget,
                         const TextStyle& style);

}  // namespace spillway
