#include "providers/equinix/equinix_plans.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace spillway {
namespace {

// The cores of a machine and its price in millionths of a US dollar, 0 where none is known.
// Source: the last list before the service ended, of the Kubernetes cluster autoscaler, 2025.
struct Row {
  std::string_view plan;
  std::int64_t cores;
  std::int64_t micros;
};
constexpr std::array kPlans = {
    Row{"t3.small.x86", 4, 350'000},     Row{"c3.small.x86", 8, 750'000},
    Row{"c2.medium.x86", 24, 1'000'000}, Row{"m3.small.x86", 8, 1'050'000},
    Row{"c3.medium.x86", 24, 1'350'000}, Row{"c3.large.arm64", 80, 2'500'000},
    Row{"m2.xlarge.x86", 28, 2'900'000}, Row{"s3.xlarge.x86", 24, 2'950'000},
    Row{"m3.large.x86", 32, 3'100'000},  Row{"n2.xlarge.x86", 28, 3'250'000},
    Row{"n3.xlarge.x86", 32, 4'500'000}, Row{"a3.large.x86", 64, 7'500'000},
    Row{"x2.xlarge.x86", 28, 0},
};

const Row* Find(std::string_view plan) {
  const auto row = std::find_if(kPlans.begin(), kPlans.end(),
                                [plan](const Row& candidate) { return candidate.plan == plan; });
  return row == kPlans.end() ? nullptr : &*row;
}

// "AMD EPYC 7402P 24-Core Processor" has 24; 0 when the text does not say.
std::int64_t CoresOf(std::string_view type) {
  const std::size_t end = type.find("-Core");
  if (end == std::string_view::npos || end == 0) return 0;
  const std::size_t before = type.find_last_not_of("0123456789", end - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  std::int64_t cores = 0;
  std::from_chars(type.data() + begin, type.data() + end, cores);
  return cores;
}

}  // namespace

std::optional<Money> ShippedEquinixPrice(std::string_view plan) {
  const Row* row = Find(plan);
  if (row == nullptr || row->micros == 0) return std::nullopt;
  return Money{row->micros};
}

std::optional<std::int64_t> EquinixCores(std::string_view plan,
                                         const std::vector<EquinixCpus>& cpus) {
  if (const Row* row = Find(plan)) return row->cores;
  std::int64_t cores = 0;
  for (const EquinixCpus& cpu : cpus) {
    const std::int64_t each = CoresOf(cpu.type);
    if (each == 0) return std::nullopt;
    cores += cpu.count * each;
  }
  if (cores == 0) return std::nullopt;
  return cores;
}

}  // namespace spillway
