#include "providers/builtin.h"

#include <array>

#include "providers/simulated/simulated_config.h"

namespace spillway {

std::span<const ProviderKind> BuiltinProviders() {
  static constexpr std::array kProviders = {
      ProviderKind{"simulated", ParseSimulatedProvider},
  };
  return kProviders;
}

std::span<const RegistrarKind> BuiltinRegistrars() {
  static constexpr std::array kRegistrars = {
      RegistrarKind{"simulated", ParseSimulatedRegistrar},
  };
  return kRegistrars;
}

}  // namespace spillway
