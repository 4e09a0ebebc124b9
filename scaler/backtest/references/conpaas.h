// ConPaaS: the best of several forecasts.
//
//   headroom: 1     # it sees so many times the load
//   forecast: best  # or autoregression: always that one
//
// Source: Fernandez et al., "Autoscaling web applications in heterogeneous cloud infrastructures",
// IC2E 2014, with the figures of the public code (github.com/ahmedaley/Autoscalers): the last 20
// samples, one a minute; forecasts 20 minutes ahead by an autoregression of order 9 (here by
// Yule-Walker, which never explodes), by linear regression, and 2 ahead by exponential smoothing
// with trend (Holt, 0.2 and 0.1; 20 minutes have no season); of each the average weighted linearly,
// the nearest most. The candidate counts whose forecasts of the next sample were nearest to what
// came, over the last 20; in that code the choice never leaves the autoregression, hence the
// setting. Until there are 20 samples it follows the load. The original's ARMA and VAR are left
// out, as in that code.
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseConPaaS(const std::string& name, const ConfigNode& node,
                                     const ReferenceContext& context);

}  // namespace spillway
