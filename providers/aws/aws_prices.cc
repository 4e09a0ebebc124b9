#include "providers/aws/aws_prices.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace spillway {
namespace {

// Linux, on demand, shared tenancy, us-east-1, millionths of a US dollar per hour. Source: the AWS
// Price List as of 2026-07-20.
struct Row {
  std::string_view type;
  std::int64_t micros;
};
constexpr std::array kPrices = {
    Row{"a1.metal", 408'000},         Row{"c5.metal", 4'080'000},  Row{"c5n.metal", 3'888'000},
    Row{"c6g.metal", 2'306'600},      Row{"c6i.metal", 5'440'000}, Row{"c7g.metal", 2'320'000},
    Row{"c7i.metal-24xl", 4'712'400}, Row{"i3.metal", 4'992'000},  Row{"m5.metal", 4'608'000},
    Row{"m5zn.metal", 4'360'500},     Row{"m6g.metal", 2'611'200}, Row{"m7g.metal", 2'611'200},
    Row{"z1d.metal", 4'464'000},      Row{"c7i.large", 89'250},    Row{"c8i.large", 93'710},
    Row{"c8i.xlarge", 187'420},       Row{"m5.large", 96'000},     Row{"m6i.large", 96'000},
    Row{"m7i.large", 100'800},        Row{"t3.large", 83'200},     Row{"t3.medium", 41'600},
    Row{"t3.micro", 10'400},          Row{"t3.nano", 5'200},       Row{"t3.small", 20'800},
    Row{"t3a.small", 18'800},         Row{"t4g.small", 16'800},
};

constexpr std::int64_t kPublicAddressMicros = 5'000;    // per hour
constexpr std::int64_t kVolumeMicrosPerMonth = 80'000;  // a GiB of gp3
constexpr std::int64_t kHoursPerMonth = 730;

// Upper bounds: most regions are 5 to 40 % above us-east-1, São Paulo is further.
double RegionFactor(std::string_view region) {
  if (region == "us-east-1") return 1.0;
  if (region == "sa-east-1") return 1.7;
  return 1.4;
}

}  // namespace

std::optional<Money> AwsPricePerHour(std::string_view region, std::string_view type,
                                     int root_volume_gib, bool has_public_address,
                                     const PriceOverrides& overrides) {
  if (const auto price = OverriddenPrice(overrides, region, type)) return price;
  const auto row = std::find_if(kPrices.begin(), kPrices.end(),
                                [type](const Row& candidate) { return candidate.type == type; });
  if (row == kPrices.end()) return std::nullopt;

  const std::int64_t volume =
      (root_volume_gib * kVolumeMicrosPerMonth + kHoursPerMonth - 1) / kHoursPerMonth;
  const double raised = static_cast<double>(row->micros + volume) * RegionFactor(region);
  return Money{static_cast<std::int64_t>(std::llround(raised)) +
               (has_public_address ? kPublicAddressMicros : 0)};
}

std::vector<std::string> AwsPricedTypes() {
  std::vector<std::string> types;
  for (const Row& row : kPrices) types.emplace_back(row.type);
  return types;
}

}  // namespace spillway
