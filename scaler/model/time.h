// The one notion of time that values carry: milliseconds since the Unix epoch. Where it comes
// from is a `Clock` (runtime/clock.h); stages get it as an argument and never ask for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace spillway {

using Duration = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Duration>;

inline constexpr Time kDistantPast = Time(Duration(0));
inline constexpr Time kDistantFuture = Time(Duration(std::numeric_limits<std::int64_t>::max() / 4));

inline double Seconds(Duration d) { return std::chrono::duration<double>(d).count(); }
inline double Hours(Duration d) { return Seconds(d) / 3600.0; }

}  // namespace spillway
