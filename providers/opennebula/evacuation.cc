#include "providers/opennebula/evacuation.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace spillway {
namespace {

// OpenNebula's numbers (VM states, then LCM states of an active VM).
constexpr int kActive = 3;
constexpr int kSuspended = 5;
constexpr int kPowerOff = 8;
constexpr int kRunning = 3;

// MIGRATE, SAVE_MIGRATE, PROLOG_MIGRATE, EPILOG, SHUTDOWN, BOOT_MIGRATE and the migrations of
// guests that are off.
bool IsLeaving(int lcm_state) {
  static const std::set<int> kLeaving = {4, 7, 8, 11, 12, 35, 43, 45};
  return kLeaving.contains(lcm_state);
}

enum class Readiness { kMovable, kUnderWay, kAsked, kOff, kNot };

Readiness ReadinessOf(const OneVm& guest, const OneHost& from) {
  if (guest.state == kPowerOff || guest.state == kSuspended) return Readiness::kOff;
  if (guest.state != kActive) return Readiness::kNot;
  if (IsLeaving(guest.lcm_state)) return Readiness::kUnderWay;
  if (guest.lcm_state != kRunning) return Readiness::kNot;
  // For a moment after the call a migrating guest is still RUNNING, already on its new host.
  if (guest.host_id != from.id) return Readiness::kUnderWay;
  return guest.is_to_be_rescheduled ? Readiness::kAsked : Readiness::kMovable;
}

struct Room {
  int host;
  bool is_burst;
  std::int64_t cpu_percent;
  std::int64_t memory_kib;
};

std::vector<Room> RoomsFor(const OneHost& from, std::span<const OneHost> hosts) {
  std::vector<Room> rooms;
  for (const OneHost& host : hosts) {
    if (host.id == from.id || host.cluster_id != from.cluster_id) continue;
    if (host.state != OneHostState::kMonitored || host.vm_driver != from.vm_driver) continue;
    rooms.push_back({host.id, host.is_burst, host.schedulable.cpu_percent - host.used.cpu_percent,
                     host.schedulable.memory_kib - host.used.memory_kib});
  }
  return rooms;
}

// Takes the room, or gives nothing when there is none.
std::optional<int> TakeRoom(std::vector<Room>& rooms, const OneCapacity& size) {
  const auto is_better = [](const Room& a, const Room& b) {
    return std::tuple(a.is_burst, -a.memory_kib, a.host) <
           std::tuple(b.is_burst, -b.memory_kib, b.host);
  };
  Room* best = nullptr;
  for (Room& room : rooms) {
    if (room.cpu_percent < size.cpu_percent || room.memory_kib < size.memory_kib) continue;
    if (!best || is_better(room, *best)) best = &room;
  }
  if (!best) return std::nullopt;
  best->cpu_percent -= size.cpu_percent;
  best->memory_kib -= size.memory_kib;
  return best->host;
}

std::string GuestName(const OneVm& guest) { return "guest " + std::to_string(guest.id); }

EvacuationStep MoveTo(const OneVm& guest, int host, OneMigration how) {
  return {guest.id, how, host, ""};
}

EvacuationStep Ask(const OneVm& guest, std::string action) {
  return {guest.id, std::nullopt, -1, std::move(action)};
}

class Planning {
 public:
  Planning(const OneHost& from, std::span<const OneHost> hosts, EvacuationWay way)
      : from_(from), way_(way), rooms_(RoomsFor(from, hosts)) {}

  void Consider(const OneVm& guest) {
    switch (ReadinessOf(guest, from_)) {
      case Readiness::kMovable: return Go(guest, false);
      case Readiness::kOff: return Go(guest, true);
      case Readiness::kUnderWay: ++plan_.under_way; return;
      case Readiness::kAsked:
        plan_.stuck.push_back(GuestName(guest) + " waits for the scheduler");
        return;
      case Readiness::kNot:
        plan_.stuck.push_back(GuestName(guest) + " is in state " + std::to_string(guest.state) +
                              ", LCM state " + std::to_string(guest.lcm_state));
        return;
    }
  }
  EvacuationPlan Take() { return std::move(plan_); }

 private:
  void Go(const OneVm& guest, bool is_off) {
    switch (way_) {
      case EvacuationWay::kLive:
        return Migrate(guest, is_off ? OneMigration::kCold : OneMigration::kLive, true);
      case EvacuationWay::kPowerOffMigrate:
        return Migrate(guest, is_off ? OneMigration::kCold : OneMigration::kPowerOff, false);
      case EvacuationWay::kReschedule: return Reschedule(guest);
      case EvacuationWay::kTerminate: plan_.steps.push_back(Ask(guest, "terminate")); return;
      case EvacuationWay::kWait: plan_.stuck.push_back(GuestName(guest) + " is waited for"); return;
    }
  }

  void Migrate(const OneVm& guest, OneMigration how, bool may_reschedule) {
    if (const std::optional<int> host = TakeRoom(rooms_, guest.size)) {
      plan_.steps.push_back(MoveTo(guest, *host, how));
    } else if (may_reschedule) {
      Reschedule(guest);
    } else {
      plan_.stuck.push_back(GuestName(guest) + ": no host of the cluster has room");
    }
  }

  void Reschedule(const OneVm& guest) {
    if (guest.state == kSuspended) {  // OpenNebula refuses that
      plan_.stuck.push_back(GuestName(guest) + ": suspended guests cannot be rescheduled");
    } else if (guest.is_to_be_rescheduled) {
      plan_.stuck.push_back(GuestName(guest) + " waits for the scheduler");
    } else {
      plan_.steps.push_back(Ask(guest, "resched"));
    }
  }

  const OneHost& from_;
  const EvacuationWay way_;
  std::vector<Room> rooms_;
  EvacuationPlan plan_;
};

}  // namespace

EvacuationWay DefaultEvacuation(Hypervisor hypervisor) {
  return hypervisor == Hypervisor::kKvm ? EvacuationWay::kLive : EvacuationWay::kPowerOffMigrate;
}

EvacuationPlan PlanEvacuation(const OneHost& from, std::span<const OneVm> guests,
                              std::span<const OneHost> hosts, EvacuationWay way) {
  Planning planning(from, hosts, way);
  for (const OneVm& guest : guests) planning.Consider(guest);
  return planning.Take();
}

}  // namespace spillway
