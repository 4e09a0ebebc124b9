#include "scaler/provision/sweep.h"

#include <algorithm>
#include <set>

namespace spillway {
namespace {

constexpr std::int64_t kSightings = 2;

// Counts one more sighting; true when it is a finding.
bool Confirm(std::map<std::string, Sighting>& memory, const std::string& id, Time since,
             Duration min_age, Time now) {
  Sighting& sighting = memory.try_emplace(id, Sighting{0, now}).first->second;
  ++sighting.times;
  return sighting.times >= kSightings && now - std::min(since, sighting.first) >= min_age;
}

// A record in these states says that a machine exists.
bool ShouldExist(const HostRecord& host) {
  return !host.machine.empty() && host.state >= HostState::kConfiguring &&
         host.state <= HostState::kDraining;
}

}  // namespace

SweepFindings Sweep(const std::vector<HostRecord>& hosts, const MachineList& list,
                    SweepMemory& memory, Duration min_age, Time now) {
  SweepFindings findings;
  std::set<std::string> tokens;
  for (const HostRecord& host : hosts) tokens.insert(host.token);

  std::set<std::string> listed;
  std::set<std::string> orphans;
  for (const Machine& machine : list.machines) {
    listed.insert(machine.id);
    if (machine.state == MachineState::kGone || tokens.contains(machine.token)) continue;
    orphans.insert(machine.id);
    if (Confirm(memory.orphans, machine.id, machine.launched_at, min_age, now)) {
      findings.orphans.push_back(machine);
    }
  }
  if (!list.is_complete) return findings;

  std::set<std::string> vanished;
  for (const HostRecord& host : hosts) {
    if (!ShouldExist(host) || listed.contains(host.machine)) continue;
    vanished.insert(host.id);
    if (Confirm(memory.vanished, host.id, host.state_since, min_age, now)) {
      findings.vanished.push_back(host.id);
    }
  }
  std::erase_if(memory.orphans, [&](const auto& entry) { return !orphans.contains(entry.first); });
  std::erase_if(memory.vanished,
                [&](const auto& entry) { return !vanished.contains(entry.first); });
  return findings;
}

}  // namespace spillway
