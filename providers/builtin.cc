#include "providers/builtin.h"

#include <array>

#include "providers/aws/aws_config.h"
#include "providers/digitalocean/digitalocean_config.h"
#include "providers/equinix/equinix_config.h"
#include "providers/external/external_config.h"
#include "providers/google/google_config.h"
#include "providers/none/none_config.h"
#include "providers/onprem/onprem_config.h"
#include "providers/opennebula/opennebula_config.h"
#include "providers/simulated/simulated_config.h"
#include "providers/vultr/vultr_config.h"

namespace spillway {

std::span<const ProviderKind> BuiltinProviders() {
  static constexpr std::array kProviders = {
      ProviderKind{"aws", ParseAwsProvider, "Amazon EC2, bare-metal and virtual instances",
                   "the token is EC2's ClientToken", "by the second, a minute at least"},
      ProviderKind{"digitalocean", ParseDigitalOceanProvider, "DigitalOcean, Droplets",
                   "the token is a tag, looked for before a create is repeated",
                   "by the second, a minute at least"},
      ProviderKind{"equinix", ParseEquinixProvider, "the Equinix Metal API, for private endpoints",
                   "the token is a tag, looked for before a create is repeated",
                   "every started hour"},
      ProviderKind{"external", ParseExternalProvider, "a program of your own, in any language",
                   "as the program says", "as the program says"},
      ProviderKind{"google", ParseGoogleProvider, "Google Compute Engine, virtual machines",
                   "the token is the name and Google's requestId",
                   "by the second, a minute at least"},
      ProviderKind{"onprem", ParseOnpremProvider, "own machines: Redfish, IPMI, Wake-on-LAN",
                   "a machine is reserved on disk under the token", "by the second"},
      ProviderKind{"simulated", ParseSimulatedProvider, "plays one of the others, or a rack",
                   "it knows its tokens", "as what it plays"},
      ProviderKind{"vultr", ParseVultrProvider, "Vultr, cloud instances and bare metal",
                   "the token is a tag, looked for before a create is repeated",
                   "every started hour"},
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
