#include "scaler/model/kinds.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "scaler/model/names.h"

namespace spillway {
namespace {

using enum Hypervisor;
using enum ClusterType;

// Each enumeration is written once, as pairs; both directions of the translation read them.
constexpr std::array kWorkloads = {
    std::pair{Workload::kApplicationContainers, std::string_view("application_containers")},
    std::pair{Workload::kVirtualServers, std::string_view("virtual_servers")},
    std::pair{Workload::kKubernetes, std::string_view("kubernetes")},
};
constexpr std::array kClusterTypes = {
    std::pair{kMetal, std::string_view("metal")},
    std::pair{kVirtual, std::string_view("virtual")},
};
constexpr std::array kHypervisors = {
    std::pair{kKvm, std::string_view("kvm")},
    std::pair{kFirecracker, std::string_view("firecracker")},
    std::pair{kLxc, std::string_view("lxc")},
};

const std::vector<MatrixRow>& EmptyMatrix() {
  static const std::vector<MatrixRow> kEmpty;
  return kEmpty;
}

}  // namespace

std::string_view Name(Workload workload) { return NameIn(kWorkloads, workload); }
std::string_view Name(ClusterType type) { return NameIn(kClusterTypes, type); }
std::string_view Name(Hypervisor hypervisor) { return NameIn(kHypervisors, hypervisor); }
std::optional<Workload> WorkloadFrom(std::string_view name) { return ValueIn(kWorkloads, name); }
std::optional<ClusterType> ClusterTypeFrom(std::string_view name) {
  return ValueIn(kClusterTypes, name);
}
std::optional<Hypervisor> HypervisorFrom(std::string_view name) {
  return ValueIn(kHypervisors, name);
}

bool MatrixRow::Has(Hypervisor hypervisor) const {
  return std::find(hypervisors.begin(), hypervisors.end(), hypervisor) != hypervisors.end();
}

std::span<const MatrixRow> ProviderMatrix(std::string_view provider_kind) {
  static const MatrixRow kEveryMetal{kMetal, {kKvm, kFirecracker, kLxc}};
  static const MatrixRow kLxcVirtual{kVirtual, {kLxc}};
  static const std::map<std::string_view, std::vector<MatrixRow>> kTable = {
      {"equinix", {kEveryMetal}},
      {"aws", {kEveryMetal, kLxcVirtual}},
      {"google", {kLxcVirtual}},
      {"digitalocean", {kLxcVirtual}},
      {"vultr", {kEveryMetal, kLxcVirtual}},
      {"onprem", {kEveryMetal}},
  };
  const auto found = kTable.find(provider_kind);
  return found == kTable.end() ? EmptyMatrix() : found->second;
}

std::span<const MatrixRow> WorkloadMatrix(Workload workload) {
  static const std::vector<MatrixRow> kContainers = {{kVirtual, {kLxc}},
                                                     {kMetal, {kLxc, kFirecracker}}};
  static const std::vector<MatrixRow> kServers = {{kMetal, {kKvm, kLxc}}};
  static const std::vector<MatrixRow> kKubernetes = {{kMetal, {kKvm, kFirecracker}}};
  switch (workload) {
    case Workload::kApplicationContainers: return kContainers;
    case Workload::kVirtualServers: return kServers;
    case Workload::kKubernetes: return kKubernetes;
  }
  return EmptyMatrix();
}

bool Allows(std::span<const MatrixRow> rows, ClusterType type, Hypervisor hypervisor) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const MatrixRow& row) { return row.type == type && row.Has(hypervisor); });
}

std::string Describe(std::span<const MatrixRow> rows) {
  std::string text;
  for (const MatrixRow& row : rows) {
    text += text.empty() ? "" : "; ";
    text += std::string(Name(row.type)) + ": ";
    for (std::size_t i = 0; i < row.hypervisors.size(); ++i) {
      text += (i == 0 ? "" : ", ") + std::string(Name(row.hypervisors[i]));
    }
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace spillway
