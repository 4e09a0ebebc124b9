// A fixed day for tests: At(30s) is half a minute into it.
#pragma once

#include "scaler/model/time.h"

namespace spillway::testing {

using namespace std::chrono_literals;

inline constexpr Time kStart = Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));
constexpr Time At(Duration since_start) { return kStart + since_start; }

}  // namespace spillway::testing
