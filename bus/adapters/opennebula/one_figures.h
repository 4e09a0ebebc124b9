// What a front-end says of its pools, as figures of each of its clusters. Pure.
//
// Label `cluster`: OpenNebula's name of it. Processors are in cores, as OpenNebula gives them out.
//
//   one_hosts{state}            monitored, init, error, disabled or offline
//   one_capacity_vcpu, one_capacity_memory_mib      that the scheduler may fill: of monitored hosts
//   one_allocated_vcpu, one_allocated_memory_mib    given to guests, on hosts of any state: those
//   of
//                               a host that is emptied or unreachable need a place, too
//   one_cpu_allocation, one_memory_allocation       allocated / capacity; above 1 where hosts are
//                               missing; none without capacity
//   one_used_vcpu, one_used_memory_mib              really used, by the hosts' monitors
//   one_cpu_use, one_memory_use                     used / capacity, of the hosts whose use is
//   known one_running_guests                              guests that have a host
//   one_waiting_guests{reason}, one_waiting_vcpu{reason}, one_waiting_memory_mib{reason}
//                               guests that have none; reasons below
//   one_waiting_guest{guest,vcpu,memory_mib}        1 for each that a host of the cluster would
//   help
//
// Use is as old as the monitors' last word (two minutes by OpenNebula's default), and has the time
// of the oldest. A host without such a word, or with one older than `max_age`, is left out of
// one_cpu_use and one_memory_use; and one_used_… is not told then, since it would be too little.
//
// Reasons: `capacity` (no room: a host of this cluster would help), `untried` (the scheduler has
// not looked at it yet), `other` (an image, a device, …: no host would help), `elsewhere` (its
// requirements rule out every cluster there is). One that may run in several clusters counts in
// each.
#pragma once

#include <string_view>
#include <vector>

#include "bus/adapters/reading.h"
#include "providers/opennebula/client/one_xml.h"
#include "scaler/model/kinds.h"
#include "scaler/model/time.h"

namespace spillway::adapters {

inline constexpr std::string_view kWaitingGuest = "one_waiting_guest";

struct OneState {
  std::vector<OneCluster> clusters;
  std::vector<OneHost> hosts;
  std::vector<OneHostUse> use;
  std::vector<OneWaitingVm> waiting;
};

struct OneFigures {
  std::vector<Reading> readings;
  std::vector<Lost> lost;
  bool is_any_untried = false;
};

// `hypervisor`: of the hosts of a cluster that has none whose driver says it.
OneFigures FiguresOf(const OneState& state, Hypervisor hypervisor, Duration max_age, Time now);

}  // namespace spillway::adapters
