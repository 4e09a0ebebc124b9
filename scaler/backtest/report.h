// A backtest as one HTML page that needs nothing else: figures, plots, light and dark.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "scaler/backtest/setting_range.h"
#include "scaler/backtest/tournament.h"

namespace spillway {

// REQUIRES: the plan kept its runs. With `sweep` the policies are those of Swept(…, *sweep).
std::string ReportHtml(const TournamentPlan& plan, std::span<const Bout> bouts,
                       const std::optional<SettingRange>& sweep);

}  // namespace spillway
