#include "providers/builtin.h"

#include <array>

#include "providers/aws/aws_config.h"
#include "providers/digitalocean/digitalocean_config.h"
#include "providers/equinix/equinix_config.h"
#include "providers/google/google_config.h"
#include "providers/none/none_config.h"
#include "providers/onprem/onprem_config.h"
#include "providers/opennebula/opennebula_config.h"
#include "providers/simulated/simulated_config.h"
#include "providers/vultr/vultr_config.h"

namespace spillway {

std::span<const ProviderKind> BuiltinProviders() {
  static constexpr std::array kProviders = {
      ProviderKind{"aws", ParseAwsProvider},
      ProviderKind{"digitalocean", ParseDigitalOceanProvider},
      ProviderKind{"equinix", ParseEquinixProvider},
      ProviderKind{"google", ParseGoogleProvider},
      ProviderKind{"onprem", ParseOnpremProvider},
      ProviderKind{"simulated", ParseSimulatedProvider},
      ProviderKind{"vultr", ParseVultrProvider},
      ProviderKind{"aws", ParseAwsProvider, "Amazon EC2, bare-metal and virtual instances",
                   "the token is EC2's ClientToken", "by the second, a minute at least"},
      ProviderKind{"simulated", ParseSimulatedProvider, "plays one of the others, or a rack",
                   "it knows its tokens", "as what it plays"},
  };
  return kProviders;
}

std::span<const RegistrarKind> BuiltinRegistrars() {
  static constexpr std::array kRegistrars = {
      RegistrarKind{"none", ParseNoneRegistrar},
      RegistrarKind{"opennebula", ParseOpenNebulaRegistrar},
      RegistrarKind{"simulated", ParseSimulatedRegistrar},
  };
  return kRegistrars;
}

}  // namespace spillway
