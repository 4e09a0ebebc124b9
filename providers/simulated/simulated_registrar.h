// The service's side of a simulated cluster manager.
#pragma once

#include <string>

#include "providers/registrar.h"
#include "providers/simulated/simulated_manager.h"

namespace spillway {

class SimulatedRegistrar final : public Registrar {
 public:
  // `manager` outlives it.
  explicit SimulatedRegistrar(SimulatedManager& manager)
      : manager_(manager), channel_{manager.spec().name, 4} {}

  Result<Done> Prepare(const ClusterSpec&) override { return Done{}; }
  Result<Readiness> Probe(const HostTarget& target) override { return manager_.Probe(target); }
  Result<std::string> Enrol(const HostTarget& target) override { return manager_.Enrol(target); }
  Result<EnrolmentStatus> Look(const HostTarget& target) override { return manager_.Look(target); }
  Result<Done> SetSchedulable(const HostTarget& target, bool schedulable) override {
    return manager_.SetSchedulable(target, schedulable);
  }
  Result<EnrolmentStatus> Evacuate(const HostTarget& target) override {
    return manager_.Evacuate(target);
  }
  Result<Done> Remove(const HostTarget& target) override { return manager_.Remove(target); }
  Result<std::vector<WaitingGuest>> WaitingGuests(const ClusterSpec& cluster) override {
    return manager_.WaitingGuests(cluster.name);
  }
  std::string UserData(Hypervisor hypervisor) const override {
    return "#cloud-config\n# a simulated " + std::string(Name(hypervisor)) + " node\n";
  }
  const Channel& channel() const override { return channel_; }

 private:
  SimulatedManager& manager_;
  const Channel channel_;
};

}  // namespace spillway
