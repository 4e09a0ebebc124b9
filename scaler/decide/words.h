// How capacities and money are said in reasons.
#pragma once

#include <fmt/core.h>

#include <string>

#include "scaler/model/capacity.h"
#include "scaler/model/money.h"

namespace spillway {

// "16 vCPU, 64 GiB"
inline std::string Words(const Capacity& c) {
  return fmt::format("{} vCPU, {:g} GiB", c.vcpu, static_cast<double>(c.memory_mib) / 1024.0);
}

// "1.25"
inline std::string Words(Money m) { return fmt::format("{:.2f}", m.ToDouble()); }

}  // namespace spillway
