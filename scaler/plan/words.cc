#include "scaler/plan/words.h"

#include <fmt/core.h>

namespace spillway {

std::string InWords(const Capacity& capacity) {
  constexpr double kMibPerGib = 1024.0;
  return fmt::format("{} vCPU, {:g} GiB", capacity.vcpu,
                     static_cast<double>(capacity.memory_mib) / kMibPerGib);
}

std::string InWords(Money money) { return fmt::format("{}", money.ToDouble()); }

}  // namespace spillway
