// Lists every provider now and then and mends what does not agree with the records: machines
// without a record are deleted, records without a machine fail. Loop thread only.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "scaler/provision/context.h"
#include "scaler/provision/fleet.h"
#include "scaler/provision/host_steps.h"
#include "scaler/provision/sweep.h"

namespace spillway {

class Sweeper {
 public:
  // All outlive the sweeper.
  Sweeper(ProvisionContext& context, Fleet& fleet, HostSteps& steps);

  // Sweeps every provider now, and then at the configured interval.
  void Start();

 private:
  void SweepProvider(const std::string& provider);
  void OnListing(const std::string& provider, const Result<MachineList>& list);
  Counter DeletedOrphans(const std::string& provider);
  void DeleteOrphan(const std::string& provider, const Machine& machine);

  ProvisionContext& context_;
  Fleet& fleet_;
  HostSteps& steps_;
  std::map<std::string, SweepMemory> memories_;  // by provider
};

}  // namespace spillway
