// Holt-Winters forecasts with a quantile of their own errors on top, and a reaction.
//
//   quantile: 0.99      # of the errors of the last `errors_of`, added to the forecast
//   hold: 5m            # gives back only to the largest of this time
//   errors_of: 1d
//
// Source: Winters, "Forecasting sales by exponentially weighted moving averages", Management
// Science 1960, additive, with a season of a day in buckets of 5 minutes; level and trend follow at
// 0.01 and 0.001 a bucket, slowly enough to leave the day to the season, which follows at 0.2 a
// day. The forecast is for the end of the boot, from the load of now; what forecasts were short by
// in the past is added, so that the quantile is met as the errors are (split conformal prediction).
// Never less than the load of now takes.
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseHoltWinters(const std::string& name, const ConfigNode& node,
                                         const ReferenceContext& context);

}  // namespace spillway
