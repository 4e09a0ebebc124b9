// RFC 3339 times: "2026-03-02T18:00:00Z", "2026-03-02T18:00:00.250+01:00".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scaler/model/time.h"

namespace spillway {

// Nothing when `text` is not such a time or the day does not exist. The offset is required, since
// a time without one means a different moment for everybody. Fractions beyond milliseconds are cut
// off; a leap second (":60") is refused.
std::optional<Time> ParseRfc3339(std::string_view text);

// "2026-03-02T18:00:00Z", without its fraction of a second.
std::string TimeText(Time t);

}  // namespace spillway
