#include "providers/opennebula/one_drivers.h"

#include <array>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

namespace spillway {
namespace {

using Version = std::pair<int, int>;

constexpr Version kEver = {0, 0};
constexpr Version kForEver = {1 << 20, 0};

struct DriverRow {
  Hypervisor hypervisor;
  Version first;
  Version last;
  std::string_view versions;
};

// From the sources of OpenNebula: the drivers of each release up to 7.4 (2026). Firecracker's are
// gone since 6.10, whose development versions are 6.9.
constexpr std::array kDrivers = {
    DriverRow{Hypervisor::kKvm, kEver, kForEver, "every version"},
    DriverRow{Hypervisor::kLxc, {6, 0}, kForEver, "6.0 or newer"},
    DriverRow{Hypervisor::kFirecracker, {5, 12}, {6, 8}, "5.12 to 6.8"},
};

const DriverRow& RowOf(Hypervisor hypervisor) {
  for (const DriverRow& row : kDrivers) {
    if (row.hypervisor == hypervisor) return row;
  }
  return kDrivers.front();
}

bool Has(const DriverRow& row, Version version) {
  return row.first <= version && version <= row.last;
}

// The first two numbers.
std::optional<Version> Read(const std::string& text) {
  const char* const end = text.data() + text.size();
  Version version;
  const auto [dot, failed] = std::from_chars(text.data(), end, version.first);
  if (failed != std::errc() || dot == end || *dot != '.') return std::nullopt;
  if (std::from_chars(dot + 1, end, version.second).ec != std::errc()) return std::nullopt;
  return version;
}

}  // namespace

std::optional<std::string> WhyNotDriven(Hypervisor hypervisor, const std::string& version) {
  const std::optional<Version> number = Read(version);
  const DriverRow& wanted = RowOf(hypervisor);
  if (!number || Has(wanted, *number)) return std::nullopt;
  std::string possible;
  for (const DriverRow& row : kDrivers) {
    if (!Has(row, *number)) continue;
    possible.append(possible.empty() ? "" : ", ").append(Name(row.hypervisor));
  }
  return "OpenNebula " + version + " has no driver for " + std::string(Name(hypervisor)) +
         ": expected a front-end of " + std::string(wanted.versions) +
         ", or a cluster of what this one drives: " + possible;
}

bool DependsOnVersion(Hypervisor hypervisor) {
  const DriverRow& row = RowOf(hypervisor);
  return row.first != kEver || row.last != kForEver;
}

}  // namespace spillway
