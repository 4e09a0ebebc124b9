#include "bus/adapters/opennebula/one_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "providers/opennebula/client/one_waiting.h"

namespace spillway::adapters {
namespace {

constexpr std::array<std::pair<OneHostState, std::string_view>, 5> kStates = {{
    {OneHostState::kMonitored, "monitored"},
    {OneHostState::kInit, "init"},
    {OneHostState::kError, "error"},
    {OneHostState::kDisabled, "disabled"},
    {OneHostState::kOffline, "offline"},
}};

enum Reason { kCapacity, kUntried, kOther, kElsewhere };
constexpr std::array<std::string_view, 4> kReasons = {"capacity", "untried", "other", "elsewhere"};

double Cores(std::int64_t cpu_percent) { return static_cast<double>(cpu_percent) / 100; }
double Mib(std::int64_t kib) { return static_cast<double>(kib) / 1024; }

void Add(OneCapacity& sum, const OneCapacity& more) {
  sum.cpu_percent += more.cpu_percent;
  sum.memory_kib += more.memory_kib;
}

struct Waiting {
  int guests = 0;
  OneCapacity size;
};

struct ClusterFigures {
  const OneCluster* cluster = nullptr;
  Hypervisor hypervisor = Hypervisor::kKvm;
  std::array<int, kStates.size()> hosts{};
  OneCapacity capacity;
  OneCapacity allocated;
  OneCapacity measured;  // the capacity of the hosts whose use is known
  OneCapacity used;
  std::optional<Time> used_at;  // nothing: no use is known
  bool is_use_whole = true;
  std::int64_t running_guests = 0;
  std::array<Waiting, kReasons.size()> waiting{};
  std::vector<const OneWaitingVm*> helped;
};

class Telling {
 public:
  Telling(const OneState& state, Hypervisor hypervisor, Duration max_age, Time now)
      : state_(state), max_age_(max_age), now_(now) {
    for (const OneCluster& cluster : state.clusters) {
      clusters_[cluster.id].cluster = &cluster;
      clusters_[cluster.id].hypervisor = HypervisorOf(cluster, hypervisor);
    }
    for (const OneHostUse& use : state.use) {
      const OneHostUse*& newest = use_[use.host_id];
      if (!newest || newest->time < use.time) newest = &use;
    }
  }

  OneFigures Tell() {
    for (const OneHost& host : state_.hosts) {
      const auto cluster = clusters_.find(host.cluster_id);
      if (cluster != clusters_.end()) AddHost(host, cluster->second);
    }
    for (const OneWaitingVm& vm : state_.waiting) AddWaiting(vm);
    for (const auto& [id, figures] : clusters_) TellOf(figures);
    return std::move(told_);
  }

 private:
  Hypervisor HypervisorOf(const OneCluster& cluster, Hypervisor otherwise) const {
    for (const OneHost& host : state_.hosts) {
      if (host.cluster_id != cluster.id) continue;
      if (const auto known = HypervisorFrom(host.vm_driver)) return *known;
    }
    return otherwise;
  }

  void AddHost(const OneHost& host, ClusterFigures& figures) {
    const auto state = std::find_if(kStates.begin(), kStates.end(),
                                    [&](const auto& s) { return s.first == host.state; });
    // Numbers that are not used any more are those of hosts that are looked at for the first time.
    const std::size_t i =
        state == kStates.end() ? 1 : static_cast<std::size_t>(state - kStates.begin());
    ++figures.hosts[i];
    Add(figures.allocated, host.used);
    figures.running_guests += host.running_vms;
    if (host.state != OneHostState::kMonitored) return;
    Add(figures.capacity, host.schedulable);
    AddUse(host, figures);
  }

  void AddUse(const OneHost& host, ClusterFigures& figures) {
    const auto known = use_.find(host.id);
    const OneHostUse* use = known == use_.end() ? nullptr : known->second;
    if (!use || now_ - use->time > max_age_) {
      figures.is_use_whole = false;
      if (!use) return;  // it has not been measured yet
      const auto age = std::chrono::duration_cast<std::chrono::seconds>(now_ - use->time).count();
      told_.lost.push_back(
          {Loss::kTooOld, fmt::format("use of host {}, of {} s ago", host.name, age)});
      return;
    }
    Add(figures.measured, host.schedulable);
    Add(figures.used, use->used);
    figures.used_at = std::min(figures.used_at.value_or(use->time), use->time);
  }

  static Reason ReasonIn(const OneWaitingVm& vm, const ClusterFigures& figures) {
    if (IsRuledOut(vm, *figures.cluster, figures.hypervisor)) return kElsewhere;
    const std::optional<WaitingGuest> guest = GuestOf(vm, *figures.cluster, figures.hypervisor);
    if (!guest) return kUntried;
    switch (guest->cause) {
      case WaitCause::kCapacity: return kCapacity;
      case WaitCause::kElsewhere: return kElsewhere;
      case WaitCause::kOther: return kOther;
    }
    return kOther;
  }

  void AddWaiting(const OneWaitingVm& vm) {
    std::vector<std::pair<ClusterFigures*, Reason>> reasons;
    for (auto& [id, figures] : clusters_) reasons.emplace_back(&figures, ReasonIn(vm, figures));
    const bool is_welcome = std::any_of(reasons.begin(), reasons.end(),
                                        [](const auto& r) { return r.second != kElsewhere; });
    for (const auto& [figures, reason] : reasons) {
      if (is_welcome && reason == kElsewhere) continue;
      ++figures->waiting[reason].guests;
      Add(figures->waiting[reason].size, vm.size);
      if (reason == kCapacity) figures->helped.push_back(&vm);
      if (reason == kUntried) told_.is_any_untried = true;
    }
  }

  void Say(const ClusterFigures& figures, std::string metric, double value, Labels more = {},
           std::optional<Time> time = {}) {
    more.emplace_back("cluster", figures.cluster->name);
    told_.readings.push_back({std::move(metric), std::move(more), value, time ? time : now_});
  }

  void SayShare(const ClusterFigures& figures, const char* metric, std::int64_t part,
                std::int64_t whole, std::optional<Time> time = {}) {
    if (whole <= 0) return;
    Say(figures, metric, static_cast<double>(part) / static_cast<double>(whole), {}, time);
  }

  void TellOf(const ClusterFigures& figures) {
    for (std::size_t i = 0; i < kStates.size(); ++i) {
      Say(figures, "one_hosts", figures.hosts[i], {{"state", std::string(kStates[i].second)}});
    }
    const OneCapacity& capacity = figures.capacity;
    const OneCapacity& allocated = figures.allocated;
    Say(figures, "one_capacity_vcpu", Cores(capacity.cpu_percent));
    Say(figures, "one_capacity_memory_mib", Mib(capacity.memory_kib));
    Say(figures, "one_allocated_vcpu", Cores(allocated.cpu_percent));
    Say(figures, "one_allocated_memory_mib", Mib(allocated.memory_kib));
    SayShare(figures, "one_cpu_allocation", allocated.cpu_percent, capacity.cpu_percent);
    SayShare(figures, "one_memory_allocation", allocated.memory_kib, capacity.memory_kib);
    Say(figures, "one_running_guests", static_cast<double>(figures.running_guests));
    TellUse(figures);
    TellWaiting(figures);
  }

  void TellUse(const ClusterFigures& figures) {
    if (!figures.used_at) return;
    const OneCapacity& used = figures.used;
    SayShare(figures, "one_cpu_use", used.cpu_percent, figures.measured.cpu_percent,
             figures.used_at);
    SayShare(figures, "one_memory_use", used.memory_kib, figures.measured.memory_kib,
             figures.used_at);
    if (!figures.is_use_whole) return;
    Say(figures, "one_used_vcpu", Cores(used.cpu_percent), {}, figures.used_at);
    Say(figures, "one_used_memory_mib", Mib(used.memory_kib), {}, figures.used_at);
  }

  void TellWaiting(const ClusterFigures& figures) {
    for (std::size_t i = 0; i < kReasons.size(); ++i) {
      const Waiting& waiting = figures.waiting[i];
      const Labels reason = {{"reason", std::string(kReasons[i])}};
      Say(figures, "one_waiting_guests", waiting.guests, reason);
      Say(figures, "one_waiting_vcpu", Cores(waiting.size.cpu_percent), reason);
      Say(figures, "one_waiting_memory_mib", Mib(waiting.size.memory_kib), reason);
    }
    for (const OneWaitingVm* vm : figures.helped) {
      Say(figures, std::string(kWaitingGuest), 1,
          {{"guest", std::to_string(vm->id)},
           {"vcpu", fmt::format("{:g}", Cores(vm->size.cpu_percent))},
           {"memory_mib", fmt::format("{:.0f}", Mib(vm->size.memory_kib))}});
    }
  }

  const OneState& state_;
  const Duration max_age_;
  const Time now_;
  std::map<int, ClusterFigures> clusters_;
  std::map<int, const OneHostUse*> use_;
  OneFigures told_;
};

}  // namespace

OneFigures FiguresOf(const OneState& state, Hypervisor hypervisor, Duration max_age, Time now) {
  return Telling(state, hypervisor, max_age, now).Tell();
}

}  // namespace spillway::adapters
