// What a host gives and a cluster needs: processors and memory, as whole numbers, so that sums
// and comparisons are exact.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace spillway {

struct Capacity {
  std::int64_t vcpu = 0;
  std::int64_t memory_mib = 0;

  friend bool operator==(const Capacity&, const Capacity&) = default;

  // At least as much of everything. A partial order: two capacities may not cover each other.
  bool Covers(const Capacity& other) const {
    return vcpu >= other.vcpu && memory_mib >= other.memory_mib;
  }
  bool IsZero() const { return vcpu == 0 && memory_mib == 0; }

  Capacity& operator+=(const Capacity& o) {
    vcpu += o.vcpu;
    memory_mib += o.memory_mib;
    return *this;
  }
  friend Capacity operator+(Capacity a, const Capacity& b) { return a += b; }
  friend Capacity operator-(const Capacity& a, const Capacity& b) {
    return {a.vcpu - b.vcpu, a.memory_mib - b.memory_mib};
  }
  friend Capacity operator*(const Capacity& a, std::int64_t n) {
    return {a.vcpu * n, a.memory_mib * n};
  }
};

// Component by component.
inline Capacity Max(const Capacity& a, const Capacity& b) {
  return {std::max(a.vcpu, b.vcpu), std::max(a.memory_mib, b.memory_mib)};
}
inline Capacity Min(const Capacity& a, const Capacity& b) {
  return {std::min(a.vcpu, b.vcpu), std::min(a.memory_mib, b.memory_mib)};
}

// `c` times a finite `factor` of 0 or more, each component rounded up. A product within 1e-9 of a
// whole number counts as that number, so that 0.7 / 0.7 of a fleet is the fleet.
inline Capacity Scaled(const Capacity& c, double factor) {
  const auto up = [factor](std::int64_t x) {
    return static_cast<std::int64_t>(std::ceil(static_cast<double>(x) * factor - 1e-9));
  };
  return {up(c.vcpu), up(c.memory_mib)};
}

// What is missing from `have` to cover `want`; zero where there is enough.
inline Capacity Missing(const Capacity& want, const Capacity& have) {
  return Max(want - have, Capacity{});
}

// The least number of hosts of size `host` that covers `c`. REQUIRES: both members of `host` > 0.
inline std::int64_t HostsFor(const Capacity& c, const Capacity& host) {
  const auto up = [](std::int64_t a, std::int64_t b) { return a <= 0 ? 0 : (a + b - 1) / b; };
  return std::max(up(c.vcpu, host.vcpu), up(c.memory_mib, host.memory_mib));
}

}  // namespace spillway
