#include "providers/opennebula/client/one_waiting.h"

#include <algorithm>
#include <array>

#include "providers/opennebula/client/one_requirements.h"

namespace spillway {
namespace {

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <class Parts>
bool HasAny(std::string_view text, const Parts& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](auto part) { return Has(text, part); });
}

// Of the scheduler of 7.x, then that of 6.x.
constexpr std::array<std::string_view, 5> kCured = {
    "Not enough CPU", "Not enough MEMORY", "No hosts enabled", "No host with enough capacity",
    "No host meets capacity and SCHED_REQUIREMENTS"};

// A message may name several things. With one of these the machine would wait on a new host, too.
constexpr std::array<std::string_view, 5> kNotCured = {"[DS]", "[VNET]", "NUMA", "PCI", "affinity"};

// The message begins with the time of the last try, which is no news.
std::string WithoutTime(const std::string& message) {
  std::size_t begin = message.size();
  for (const std::string_view first : {"[HOST]", "[DS]", "[VNET]", "Cannot ", "No host"}) {
    begin = std::min(begin, message.find(first));
  }
  return begin < message.size() ? message.substr(begin) : message;
}

HostToCome HostIn(const OneCluster& cluster, Hypervisor hypervisor) {
  const std::string driver(Name(hypervisor));
  return {{{"CLUSTER_ID", std::to_string(cluster.id)},
           {"CLUSTER", cluster.name},
           {"HYPERVISOR", driver},
           {"IM_MAD", driver},
           {"VM_MAD", driver},
           {"BURST", "yes"}},
          {"PUBLIC_CLOUD", "PIN_POLICY"}};
}

}  // namespace

std::optional<WaitCause> CauseOf(std::string_view sched_message) {
  if (sched_message.empty()) return std::nullopt;
  const bool is_cured = HasAny(sched_message, kCured) && !HasAny(sched_message, kNotCured);
  return is_cured ? WaitCause::kCapacity : WaitCause::kOther;
}

bool IsRuledOut(const OneWaitingVm& vm, const OneCluster& cluster, Hypervisor hypervisor) {
  return Meets(HostIn(cluster, hypervisor), vm.automatic_requirements) == Truth::kNo;
}

std::optional<WaitingGuest> GuestOf(const OneWaitingVm& vm, const OneCluster& cluster,
                                    Hypervisor hypervisor) {
  const std::optional<WaitCause> cause = CauseOf(vm.sched_message);
  if (!cause) return std::nullopt;
  WaitingGuest guest;
  guest.id = std::to_string(vm.id);
  guest.cpu_percent = vm.size.cpu_percent;
  guest.memory_mib = (vm.size.memory_kib + 1023) / 1024;
  guest.cause = *cause;
  guest.why = WithoutTime(vm.sched_message);

  const HostToCome host = HostIn(cluster, hypervisor);
  const std::string rule_out = "rule out hosts of cluster " + cluster.name;
  if (IsRuledOut(vm, cluster, hypervisor)) {
    guest.cause = WaitCause::kElsewhere;
    guest.why = "requirements that it was given when it was created, " + vm.automatic_requirements +
                ", " + rule_out + "; create it anew, or deploy it there by hand";
  } else if (*cause == WaitCause::kCapacity) {
    const Truth own = Meets(host, vm.requirements);
    if (own == Truth::kYes) return guest;
    guest.cause = WaitCause::kElsewhere;
    guest.why = "its requirements, " + vm.requirements + ", " + (own == Truth::kNo ? "" : "may ") +
                rule_out;
  }
  return guest;
}

}  // namespace spillway
