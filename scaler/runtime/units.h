// Quantities as people write them: "1h30m", "32GiB".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scaler/model/time.h"

namespace spillway {

// Whole numbers with the units d, h, m, s, ms, the larger unit first: "90s", "1h30m", "250ms".
// Nothing for any other text and for more than a thousand years.
std::optional<Duration> ParseDuration(std::string_view text);
// The shortest text that ParseDuration reads back. REQUIRES: d >= 0.
std::string FormatDuration(Duration d);

// A whole number with one of MiB, GiB, TiB; in MiB. Nothing for any other text.
std::optional<std::int64_t> ParseMemoryMib(std::string_view text);
// In the largest unit that leaves a whole number.
std::string FormatMemoryMib(std::int64_t mib);

}  // namespace spillway
