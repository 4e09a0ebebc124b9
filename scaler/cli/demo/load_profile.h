// Demand over the time of a demo: a day that is made up, or a part of a trace that was measured.
#pragma once

#include <cstdint>

#include "scaler/backtest/trace.h"

namespace spillway {

// 24 hours from midnight, a point a minute, of height about 1 at the highest: a quiet night, a ramp
// in the morning, a flash crowd in the early afternoon, a peak in the evening. Noise of some two
// percent from the seed.
LoadProfile MakeDay(std::uint64_t seed);

// The part of `profile`, as long as `length`, around its peak: two thirds of it lie before, as far
// as there is so much. All of it when it is no longer than `length`.
LoadProfile Busiest(const LoadProfile& profile, Duration length);

// The same shape with this peak. A profile of zeros stays one.
LoadProfile ScaledTo(LoadProfile profile, double peak);

}  // namespace spillway
