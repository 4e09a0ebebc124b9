// How capacities and money are said in reasons.
#pragma once

#include <fmt/core.h>

#include <string>

#include "scaler/model/capacity.h"
#include "scaler/model/money.h"
#include "scaler/model/orders.h"
#include "scaler/model/rfc3339.h"

namespace spillway {

// "16 vCPU, 64 GiB"
inline std::string Words(const Capacity& c) {
  return fmt::format("{} vCPU, {:g} GiB", c.vcpu, static_cast<double>(c.memory_mib) / 1024.0);
}

// "1.25"
inline std::string Words(Money m) { return fmt::format("{:.2f}", m.ToDouble()); }

// " until 2026-03-02T18:00:00Z"; nothing where there is no end.
inline std::string WordsOfEnd(Time until) {
  return until < kDistantFuture ? " until " + TimeText(until) : "";
}

// " (a match)"; nothing where no reason was given.
inline std::string WordsOfReason(const PersonsWord& word) {
  return word.reason.empty() ? "" : " (" + word.reason + ")";
}

}  // namespace spillway
