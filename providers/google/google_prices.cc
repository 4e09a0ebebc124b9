#include "providers/google/google_prices.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "providers/google/google_regions.h"

namespace spillway {
namespace {

// Linux, on demand, us-central1, millionths of a US dollar per hour. Source: the price data that
// the Kubernetes cluster autoscaler carries, as of June 2026.
struct Family {
  std::string_view name;
  std::int64_t vcpu_micros;
  std::int64_t gib_micros;
};
constexpr std::array kFamilies = {
    Family{"e2", 21'811, 2'923}, Family{"n1", 31'611, 4'237}, Family{"n2", 31'611, 4'237},
    Family{"c2", 33'980, 4'560}, Family{"c3", 33'980, 4'560},
};

// Shared-core types show two processors and are charged for a part of them.
struct SharedCore {
  std::string_view name;
  double charged_vcpu;
};
constexpr std::array kSharedCores = {SharedCore{"e2-micro", 0.25}, SharedCore{"e2-small", 0.5},
                                     SharedCore{"e2-medium", 1.0}};

constexpr std::array<std::string_view, 3> kShapes = {"standard", "highmem", "highcpu"};

// A GiB for a month. The dearest stands for types that are not listed.
struct DiskRate {
  std::string_view type;
  std::int64_t micros_per_month;
};
constexpr std::array kDiskRates = {DiskRate{"pd-standard", 40'000},
                                   DiskRate{"pd-balanced", 100'000}, DiskRate{"pd-ssd", 170'000}};
constexpr double kHoursPerMonth = 730;

constexpr std::int64_t kPublicAddressMicros = 5'000;  // per hour

// Upper bounds: most regions are 10 to 45 % above us-central1, a few are further.
double RegionFactor(std::string_view region) {
  if (region == "us-central1" || region == "us-east1" || region == "us-west1") return 1.0;
  if (region.starts_with("southamerica-") || region == "me-central2") return 1.75;
  return 1.5;
}

const Family* FamilyOf(std::string_view type) {
  const std::string_view name = type.substr(0, type.find('-'));
  const auto family = std::find_if(kFamilies.begin(), kFamilies.end(),
                                   [name](const Family& f) { return f.name == name; });
  return family == kFamilies.end() ? nullptr : &*family;
}

const SharedCore* SharedCoreOf(std::string_view type) {
  const auto core = std::find_if(kSharedCores.begin(), kSharedCores.end(),
                                 [type](const SharedCore& c) { return c.name == type; });
  return core == kSharedCores.end() ? nullptr : &*core;
}

// "e2-standard-8", and neither "c3-standard-8-lssd" nor "n1-megamem-96".
bool HasPlainShape(std::string_view type) {
  const std::size_t first = type.find('-');
  const std::size_t last = type.rfind('-');
  if (first == type.npos || first == last) return false;
  const std::string_view shape = type.substr(first + 1, last - first - 1);
  const std::string_view number = type.substr(last + 1);
  return std::find(kShapes.begin(), kShapes.end(), shape) != kShapes.end() && !number.empty() &&
         number.find_first_not_of("0123456789") == number.npos;
}

double DiskMicros(const GoogleDisk& disk) {
  const auto rate = std::find_if(kDiskRates.begin(), kDiskRates.end() - 1,
                                 [&](const DiskRate& r) { return r.type == disk.type; });
  return static_cast<double>(disk.gib * rate->micros_per_month) / kHoursPerMonth;
}

}  // namespace

bool HasGoogleRate(std::string_view machine_type) {
  if (SharedCoreOf(machine_type) != nullptr) return true;
  return FamilyOf(machine_type) != nullptr && HasPlainShape(machine_type);
}

std::optional<Money> GooglePricePerHour(std::string_view zone, const GoogleMachineType& type,
                                        const GoogleDisk& disk, bool has_public_address,
                                        const PriceOverrides& overrides) {
  if (const auto price = OverriddenPrice(overrides, zone, type.name)) return price;
  if (!HasGoogleRate(type.name)) return std::nullopt;

  const Family& family = *FamilyOf(type.name);
  const SharedCore* shared = SharedCoreOf(type.name);
  const double vcpu = shared != nullptr ? shared->charged_vcpu : static_cast<double>(type.vcpu);
  const double gib = static_cast<double>(type.memory_mib) / 1024;
  const double base = vcpu * static_cast<double>(family.vcpu_micros) +
                      gib * static_cast<double>(family.gib_micros) + DiskMicros(disk);
  return Money{static_cast<std::int64_t>(std::ceil(base * RegionFactor(GoogleRegionOf(zone)))) +
               (has_public_address ? kPublicAddressMicros : 0)};
}

}  // namespace spillway
