// What each call does to the fake's world, and what a step does.
#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

#include "tests/fakes/opennebula.h"

namespace spillway::fakes {
namespace {

constexpr int kNoExists = 1024;
constexpr int kAction = 2048;
constexpr int kInternal = 8192;
constexpr int kAllocate = 16384;

// OpenNebula's numbers for states of hosts and of virtual machines.
constexpr int kInit = 0;
constexpr int kMonitored = 2;
constexpr int kError = 3;
constexpr int kDisabled = 4;
constexpr int kOffline = 8;
constexpr int kPending = 1;
constexpr int kActive = 3;
constexpr int kSuspended = 5;
constexpr int kPowerOff = 8;
constexpr int kRunning = 3;

std::int64_t Int(const OneCall& call, std::size_t i) {
  return std::get<std::int64_t>(call.params[i]);
}
const std::string& Str(const OneCall& call, std::size_t i) {
  return std::get<std::string>(call.params[i]);
}

OneReply Id(int id) { return {static_cast<std::int64_t>(id), 0, -1}; }
OneReply Refused(int code, std::string text, int object = -1) {
  return {std::move(text), code, object};
}
OneReply Missing(const std::string& what, std::int64_t id) {
  return Refused(kNoExists, "Error getting " + what + " [" + std::to_string(id) + "].",
                 static_cast<int>(id));
}

template <class T>
T* ById(std::vector<T>& things, std::int64_t id) {
  const auto found =
      std::find_if(things.begin(), things.end(), [id](const T& thing) { return thing.id == id; });
  return found == things.end() ? nullptr : &*found;
}

void AddOnce(std::vector<int>& ids, std::int64_t id) {
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(static_cast<int>(id));
}

bool IsKnownDriver(const std::string& driver) {
  static const std::set<std::string> kDrivers = {"kvm", "lxc", "firecracker", "qemu", "dummy"};
  return kDrivers.contains(driver);
}

}  // namespace

OneClusterState* OpenNebula::FindCluster(std::int64_t id) { return ById(clusters_, id); }
OneHostRecord* OpenNebula::FindHost(std::int64_t id) { return ById(hosts_, id); }
OneGuest* OpenNebula::FindGuest(std::int64_t id) { return ById(guests_, id); }

OneReply OpenNebula::Version(const OneCall&) { return {version_, 0, -1}; }

OneReply OpenNebula::ClusterPoolInfo(const OneCall&) {
  return {WriteClusters(clusters_, hosts_), 0, -1};
}

OneReply OpenNebula::ClusterAllocate(const OneCall& call) {
  for (const OneClusterState& cluster : clusters_) {
    if (cluster.name != Str(call, 1)) continue;
    return Refused(kAllocate, "Error allocating a new cluster. NAME is already taken by CLUSTER " +
                                  std::to_string(cluster.id) + ".");
  }
  clusters_.push_back({next_cluster_, Str(call, 1), {}, {}});
  return Id(next_cluster_++);
}

OneReply OpenNebula::ClusterAddDatastore(const OneCall& call) {
  OneClusterState* cluster = FindCluster(Int(call, 1));
  if (!cluster) return Missing("cluster", Int(call, 1));
  const std::vector<int>& known = options_.datastores;
  if (std::find(known.begin(), known.end(), Int(call, 2)) == known.end()) {
    return Missing("datastore", Int(call, 2));
  }
  AddOnce(cluster->datastores, Int(call, 2));
  return Id(cluster->id);
}

OneReply OpenNebula::ClusterAddVnet(const OneCall& call) {
  OneClusterState* cluster = FindCluster(Int(call, 1));
  if (!cluster) return Missing("cluster", Int(call, 1));
  const std::vector<int>& known = options_.networks;
  if (std::find(known.begin(), known.end(), Int(call, 2)) == known.end()) {
    return Missing("virtual network", Int(call, 2));
  }
  AddOnce(cluster->networks, Int(call, 2));
  return Id(cluster->id);
}

OneReply OpenNebula::ClusterDelete(const OneCall& call) {
  const OneClusterState* cluster = FindCluster(Int(call, 1));
  if (!cluster) return Missing("cluster", Int(call, 1));
  const int id = cluster->id;
  const auto members = std::count_if(hosts_.begin(), hosts_.end(),
                                     [id](const auto& host) { return host.cluster == id; });
  if (members > 0) {
    return Refused(kAction, "Cannot delete cluster. Cluster " + std::to_string(id) +
                                " is not empty, it contains " + std::to_string(members) +
                                " hosts.");
  }
  std::erase_if(clusters_, [id](const auto& c) { return c.id == id; });
  return Id(id);
}

OneReply OpenNebula::HostPoolInfo(const OneCall&) {
  return {WriteHosts(hosts_, clusters_, guests_), 0, -1};
}

// Whatever the time that is asked for: the last of each. Other reading calls make no event.
OneReply OpenNebula::HostPoolMonitoring(const OneCall& call) {
  if (events_) events_->Publish("EVENT API " + call.method + " 1", "<CALL_INFO/>");
  return {WriteMonitoring(hosts_), 0, -1};
}

OneReply OpenNebula::HostAllocate(const OneCall& call) {
  if (Int(call, 4) >= 0 && !FindCluster(Int(call, 4))) return Missing("cluster", Int(call, 4));
  if (Str(call, 2).empty() || Str(call, 3).empty()) {
    return Refused(kAllocate, "Error allocating a new host. Driver is empty.");
  }
  for (const OneHostRecord& host : hosts_) {
    if (host.name != Str(call, 1)) continue;
    return Refused(kAllocate, "Error allocating a new host. NAME is already taken by HOST " +
                                  std::to_string(host.id) + ".");
  }
  OneHostRecord host;
  host.id = next_host_++;
  host.name = Str(call, 1);
  host.driver = Str(call, 3);
  host.cluster = static_cast<int>(std::max<std::int64_t>(0, Int(call, 4)));
  host.steps_to_monitored = options_.steps_to_monitored;
  hosts_.push_back(host);
  return Id(host.id);
}

OneReply OpenNebula::HostInfo(const OneCall& call) {
  const OneHostRecord* host = FindHost(Int(call, 1));
  if (!host) return Missing("host", Int(call, 1));
  return {WriteHost(*host, FindCluster(host->cluster)->name, guests_), 0, -1};
}

OneReply OpenNebula::HostUpdate(const OneCall& call) {
  OneHostRecord* host = FindHost(Int(call, 1));
  if (!host) return Missing("host", Int(call, 1));
  if (Int(call, 3) == 0) host->attributes.clear();
  for (const auto& [name, value] : ReadOneTemplate(Str(call, 2))) host->attributes[name] = value;
  return Id(host->id);
}

OneReply OpenNebula::HostStatus(const OneCall& call) {
  OneHostRecord* host = FindHost(Int(call, 1));
  if (!host) return Missing("host", Int(call, 1));
  switch (Int(call, 2)) {
    case 0:
      // A host that was monitored before it was disabled is so again at once.
      host->state = host->state == kDisabled && host->cpu_percent > 0 ? kMonitored : kInit;
      host->steps_to_monitored = options_.steps_to_monitored;
      return Id(host->id);
    case 1: host->state = kDisabled; return Id(host->id);
    case 2:
      host->state = kOffline;
      host->cpu_percent = host->memory_kib = 0;
      return Id(host->id);
    default: return Refused(kInternal, "Wrong status code");
  }
}

OneReply OpenNebula::HostDelete(const OneCall& call) {
  const OneHostRecord* host = FindHost(Int(call, 1));
  if (!host) return Missing("host", Int(call, 1));
  const int id = host->id;
  const auto is_on = [id](const OneGuest& guest) { return guest.IsOn(id); };
  if (std::any_of(guests_.begin(), guests_.end(), is_on)) {
    return Refused(kAction, "Cannot delete host. Can not remove a host with running VMs");
  }
  std::erase_if(hosts_, [id](const auto& h) { return h.id == id; });
  return Id(id);
}

OneReply OpenNebula::VmPoolInfoSet(const OneCall& call) {
  std::vector<OneGuest> found;
  std::istringstream list(Str(call, 1));
  for (std::string id; std::getline(list, id, ',');) {
    if (const OneGuest* guest = FindGuest(std::stoi(id))) found.push_back(*guest);
  }
  return {WriteGuests(found), 0, -1};
}

// Of all users and from the first to the last, as nobody asks for anything else here.
OneReply OpenNebula::VmPoolInfoExtended(const OneCall& call) {
  const std::int64_t state = Int(call, 4);
  std::vector<OneGuest> found;
  for (const OneGuest& guest : guests_) {
    if (state == -2 || guest.state == state) found.push_back(guest);
  }
  return {WriteGuests(found), 0, -1};
}

OneReply OpenNebula::VmMigrate(const OneCall& call) {
  OneGuest* guest = FindGuest(Int(call, 1));
  const OneHostRecord* host = FindHost(Int(call, 2));
  if (!guest) return Missing("virtual machine", Int(call, 1));
  if (!host) return Missing("host", Int(call, 2));
  const bool is_live = std::get<bool>(call.params[3]);
  const bool is_running = guest->state == kActive && guest->lcm_state == kRunning;
  const bool is_off = guest->state == kPowerOff || guest->state == kSuspended;
  if (guest->target >= 0 || !(is_running || (is_off && !is_live))) {
    return Refused(kAction, "Migrate action is not available for state MIGRATE");
  }
  if (guest->host == host->id) return Refused(kAction, "VM is already running on this host");
  if (!guest->refusal.empty()) return Refused(kAction, guest->refusal);
  if (std::get<bool>(call.params[4]) && !HasRoom(*host, *guest)) {
    return Refused(kAction, "VM [" + std::to_string(guest->id) + "] does not fit in host [" +
                                std::to_string(host->id) + "].");
  }
  StartMove(*guest, host->id, is_live);
  return Id(guest->id);
}

OneReply OpenNebula::VmAction(const OneCall& call) {
  OneGuest* guest = FindGuest(Int(call, 2));
  const std::string& action = Str(call, 1);
  if (!guest) return Missing("virtual machine", Int(call, 2));
  const bool is_running = guest->state == kActive && guest->lcm_state == kRunning;
  if (guest->target >= 0 || guest->is_ending || !(is_running || guest->state == kPowerOff)) {
    return Refused(kAction, "Error performing action \"" + action +
                                "\": This action is not available for state MIGRATE");
  }
  if (action == "resched") {
    guest->is_to_be_rescheduled = true;
  } else if (action == "terminate") {
    guest->is_ending = true;
    guest->lcm_state = 12;    // SHUTDOWN
    guest->lcm_ahead = {11};  // EPILOG
    guest->state = kActive;
  } else {
    return Refused(kAction, "Wrong action \"" + action + "\"");
  }
  return Id(guest->id);
}

bool OpenNebula::HasRoom(const OneHostRecord& host, const OneGuest& guest) const {
  std::int64_t cpu = guest.cpu_percent;
  std::int64_t memory = guest.memory_mib * 1024;
  for (const OneGuest& other : guests_) {
    if (!other.IsOn(host.id)) continue;
    cpu += other.cpu_percent;
    memory += other.memory_mib * 1024;
  }
  return cpu <= host.cpu_percent && memory <= host.memory_kib;
}

// Right after the call a guest is still RUNNING, with a history record of the new host.
void OpenNebula::StartMove(OneGuest& guest, int target, bool is_live) {
  const OneHostRecord* from = FindHost(guest.host);
  guest.target = target;
  guest.is_to_be_rescheduled = false;
  guest.state_after_move = guest.state;
  if (guest.state != kActive) {
    guest.state = kActive;
    guest.lcm_state = 43;  // PROLOG_MIGRATE_POWEROFF
  } else if (is_live) {
    guest.lcm_ahead = {4};  // MIGRATE
    guest.fails_to_move = from && from->driver != "kvm";
  } else {
    guest.lcm_ahead = {7, 8, 2};  // SAVE_MIGRATE, PROLOG_MIGRATE, BOOT
  }
}

void OpenNebula::Step() {
  for (OneHostRecord& host : hosts_) StepHost(host);
  for (OneGuest& guest : guests_) StepGuest(guest);
  std::erase_if(guests_,
                [](const OneGuest& guest) { return guest.is_ending && guest.lcm_state == 0; });
}

void OpenNebula::StepHost(OneHostRecord& host) {
  if (!IsKnownDriver(host.driver)) return;  // nobody monitors it: INIT for ever
  if (host.state == kDisabled || host.state == kOffline) return;
  if (host.is_unreachable) {
    host.state = kError;
    host.attributes["ERROR"] = "Error executing the monitor: connection timed out";
    return;
  }
  if (host.state == kInit && --host.steps_to_monitored > 0) return;
  host.state = kMonitored;
  host.attributes.erase("ERROR");
  host.cpu_percent = options_.host_cpu_percent;
  host.memory_kib = options_.host_memory_kib;
}

// Hosts of other clusters than those that it was created for are not looked at.
void OpenNebula::Schedule(OneGuest& guest) {
  const std::string tried = "Mon Mar  2 00:00:" + std::to_string(10 + guest.id % 50) + " 2026: ";
  std::string full;
  bool is_any_enabled = false;
  for (const OneHostRecord& host : hosts_) {
    if (host.state != kMonitored) continue;
    is_any_enabled = true;
    const std::vector<int>& may = guest.clusters;
    const bool is_allowed =
        may.empty() || std::find(may.begin(), may.end(), host.cluster) != may.end();
    if (!is_allowed) continue;
    if (guest.obstacle.empty() && HasRoom(host, guest)) {
      guest.host = host.id;
      guest.state = kActive;
      guest.lcm_state = kRunning;
      guest.sched_message.clear();
      TellOf("VM", "ACTIVE", "LCM_INIT", guest.id);
      TellOf("VM", "ACTIVE", "RUNNING", guest.id);
      return;
    }
    full += (full.empty() ? "" : ",") + std::to_string(host.id);
  }
  if (!guest.obstacle.empty()) {
    guest.sched_message = tried + guest.obstacle;
  } else if (!is_any_enabled) {
    guest.sched_message = tried + "Cannot dispatch VM: No hosts enabled to run VMs";
  } else if (full.empty()) {
    guest.sched_message = tried + "Cannot dispatch VM: No host meets SCHED_REQUIREMENTS";
  } else {
    guest.sched_message = tried + "Cannot dispatch VM: [HOST] Not enough CPU on hosts: " + full;
  }
}

void OpenNebula::StepGuest(OneGuest& guest) {
  if (guest.state == kPending) return Schedule(guest);
  if (!guest.lcm_ahead.empty()) {
    guest.lcm_state = guest.lcm_ahead.front();
    guest.lcm_ahead.erase(guest.lcm_ahead.begin());
  } else if (guest.is_ending) {
    guest.lcm_state = 0;
  } else if (guest.target >= 0) {
    if (!guest.fails_to_move) guest.host = guest.target;
    guest.target = -1;
    guest.state = guest.state_after_move;
    guest.lcm_state = guest.state == kActive ? kRunning : 0;
  } else if (guest.is_to_be_rescheduled) {
    for (const OneHostRecord& host : hosts_) {
      if (host.id == guest.host || host.state != kMonitored || !HasRoom(host, guest)) continue;
      return StartMove(guest, host.id, false);
    }
  }
}

}  // namespace spillway::fakes
