#include "scaler/plan/words.h"

#include <fmt/core.h>

namespace spillway {

std::string Words(const Capacity& capacity) {
  return fmt::format("{} vCPU and {} MiB", capacity.vcpu, capacity.memory_mib);
}

std::string Words(Money money) { return fmt::format("{}", money.ToDouble()); }

}  // namespace spillway
