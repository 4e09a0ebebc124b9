// Workloads, cluster types, hypervisors, and the two tables of the product that say which go
// together. A configuration outside the tables does not start.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

enum class Workload { kApplicationContainers, kVirtualServers, kKubernetes };
enum class ClusterType { kMetal, kVirtual };
enum class Hypervisor { kKvm, kFirecracker, kLxc };

// The words of configuration, records and metrics: "virtual_servers", "metal", "kvm", …
std::string_view Name(Workload workload);
std::string_view Name(ClusterType type);
std::string_view Name(Hypervisor hypervisor);
std::optional<Workload> WorkloadFrom(std::string_view name);
std::optional<ClusterType> ClusterTypeFrom(std::string_view name);
std::optional<Hypervisor> HypervisorFrom(std::string_view name);

// One row of either table: on hosts of this type these hypervisors.
struct MatrixRow {
  ClusterType type;
  std::vector<Hypervisor> hypervisors;

  bool Has(Hypervisor hypervisor) const;
  friend bool operator==(const MatrixRow&, const MatrixRow&) = default;
};

// What a kind of provider ("aws", "digitalocean", …) can be made into; empty for a kind that the
// table does not have.
std::span<const MatrixRow> ProviderMatrix(std::string_view provider_kind);

// What a workload can run on.
std::span<const MatrixRow> WorkloadMatrix(Workload workload);

// Whether `rows` have the pair.
bool Allows(std::span<const MatrixRow> rows, ClusterType type, Hypervisor hypervisor);

// "metal: kvm, firecracker, lxc; virtual: lxc", for messages.
std::string Describe(std::span<const MatrixRow> rows);

}  // namespace spillway
