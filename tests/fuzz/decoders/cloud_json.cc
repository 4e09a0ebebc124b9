#include <functional>
#include <nlohmann/json.hpp>

#include "providers/digitalocean/digitalocean_api.h"
#include "providers/digitalocean/digitalocean_errors.h"
#include "providers/equinix/equinix_api.h"
#include "providers/equinix/equinix_errors.h"
#include "providers/google/google_api.h"
#include "providers/google/google_errors.h"
#include "providers/onprem/redfish_api.h"
#include "providers/vultr/vultr_api.h"
#include "providers/vultr/vultr_errors.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {
namespace {

using Json = nlohmann::json;

template <auto kRead>
void Read(const Json& body) {
  kRead(body);
}

constexpr void (*kReaders[])(const Json&) = {
    Read<ReadCreatedDroplet>,
    Read<ReadDroplet>,
    Read<ReadDroplets>,
    Read<ReadActionStatus>,
    Read<ReadAccountAnswer>,
    Read<ReadRegions>,
    Read<ReadSizes>,
    Read<ReadDigitalOceanWords>,
    Read<ReadDevice>,
    Read<ReadDevices>,
    Read<ReadEvents>,
    Read<ReadPlans>,
    Read<ReadMetros>,
    Read<ReadStock>,
    Read<ReadIsAvailable>,
    Read<ReadEquinixRefusal>,
    Read<ReadInstance>,
    Read<ReadInstances>,
    Read<ReadOperation>,
    Read<ReadOperations>,
    Read<ReadMachineTypes>,
    Read<ReadQuotas>,
    Read<ReadGoogleRefusal>,
    Read<ReadRedfishRoot>,
    Read<ReadRedfishMembers>,
    Read<ReadRedfishSystem>,
    Read<ReadRedfishResets>,
    Read<ReadRedfishRefusal>,
    Read<ReadVultrCount>,
    Read<ReadVultrRegions>,
    Read<ReadVultrStock>,
    Read<ReadVultrOs>,
    Read<ReadVultrRefusal>,
    [](const Json& body) { ReadVultrMachine(body, ClusterType::kMetal); },
    [](const Json& body) { ReadVultrMachines(body, ClusterType::kVirtual); },
    [](const Json& body) { ReadVultrPlans(body, ClusterType::kMetal); },
};

}  // namespace

// An answer of a cloud's API, given to all that read one: what is not theirs ends in the exception
// that RestClient takes for an answer that cannot be read.
void EatCloudJson(std::string_view bytes) {
  const Json body = Json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (body.is_discarded()) return;
  for (const auto read : kReaders) {
    try {
      read(body);
    } catch (const Json::exception&) {
    }
  }
}

}  // namespace spillway::fuzz
