// What the provider lists against what the store believes. Pure; acts never on one listing, and
// never finds something absent by a partial one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "providers/provider.h"
#include "scaler/model/host.h"
#include "scaler/model/time.h"

namespace spillway {

struct Sighting {
  std::int64_t times = 0;
  Time first;
};

// Of one provider, from sweep to sweep. Forgotten by a restart, which only makes it slower.
struct SweepMemory {
  std::map<std::string, Sighting> orphans;   // by machine id
  std::map<std::string, Sighting> vanished;  // by host id
};

struct SweepFindings {
  std::vector<Machine> orphans;       // ours by tag, of no live record: to be deleted
  std::vector<std::string> vanished;  // hosts whose machine does not exist any more
};

// `hosts` are the live records of this provider at the time the listing was asked for and still
// now; `list` its answer. Twice seen and older than `min_age` makes a finding.
SweepFindings Sweep(const std::vector<HostRecord>& hosts, const MachineList& list,
                    SweepMemory& memory, Duration min_age, Time now);

}  // namespace spillway
