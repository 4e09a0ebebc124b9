// OpenNebula's XML -> values: only what Spillway decides by. A text that lacks such a thing, or
// has nonsense in its place, gives nothing at all: a host whose guests cannot be read must not
// look empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/time.h"

namespace spillway {

// Values that oned does not use any more (1, 5, 6, 7) may still be stored by old versions.
enum class OneHostState : int {
  kInit = 0,
  kMonitored = 2,
  kError = 3,
  kDisabled = 4,
  kOffline = 8,
};

// OpenNebula's units: processors in hundredths of a core, memory in KiB.
struct OneCapacity {
  std::int64_t cpu_percent = 0;
  std::int64_t memory_kib = 0;

  friend bool operator==(const OneCapacity&, const OneCapacity&) = default;
};

struct OneCluster {
  int id = -1;
  std::string name;
  std::vector<int> datastores;
  std::vector<int> networks;

  friend bool operator==(const OneCluster&, const OneCluster&) = default;
};

struct OneHost {
  int id = -1;
  std::string name;
  OneHostState state = OneHostState::kInit;
  int cluster_id = -1;
  std::string cluster;
  std::string vm_driver;
  OneCapacity used;         // allocated to guests
  OneCapacity schedulable;  // MAX_*: what is physically there less what is reserved
  std::int64_t running_vms = 0;
  std::vector<int> vms;
  // From its template.
  std::string spillway_host;  // whose it is; empty: not marked
  bool is_burst = false;
  std::string error;  // the monitor's last complaint

  friend bool operator==(const OneHost&, const OneHost&) = default;
};

// State and LCM state are OpenNebula's numbers; ../evacuation.cc knows the few that matter.
struct OneVm {
  int id = -1;
  int state = 0;
  int lcm_state = 0;
  bool is_to_be_rescheduled = false;
  OneCapacity size;
  int host_id = -1;  // of its last history record, which may be where it is going

  friend bool operator==(const OneVm&, const OneVm&) = default;
};

// A machine that is PENDING, with what the scheduler says of it.
struct OneWaitingVm {
  int id = -1;
  OneCapacity size;
  std::string requirements;            // the user's
  std::string automatic_requirements;  // oned's, as they were when it was created
  std::string sched_message;           // empty: not tried yet

  friend bool operator==(const OneWaitingVm&, const OneWaitingVm&) = default;
};

// What a host's monitor said last of what is really used there.
struct OneHostUse {
  int host_id = -1;
  Time time;
  OneCapacity used;

  friend bool operator==(const OneHostUse&, const OneHostUse&) = default;
};

std::optional<std::vector<OneCluster>> ReadClusterPool(std::string_view xml);
std::optional<std::vector<OneHost>> ReadHostPool(std::string_view xml);
std::optional<OneHost> ReadHost(std::string_view xml);
std::optional<std::vector<OneVm>> ReadVmPool(std::string_view xml);
// Of the hosts that were monitored already; several of one host when several were asked for.
std::optional<std::vector<OneHostUse>> ReadHostUse(std::string_view xml);
// Of the extended pool those that are PENDING.
std::optional<std::vector<OneWaitingVm>> ReadWaitingVms(std::string_view xml);

}  // namespace spillway
