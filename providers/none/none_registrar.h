// The registrar for clusters without a manager: a host is enrolled when its SSH server answers.
#pragma once

#include <string>

#include "providers/node/nodes.h"
#include "providers/registrar.h"

namespace spillway {

struct NoneSettings {
  NodeSettings nodes;
  int parallel_calls = 16;
};

// Nobody says which guests run on a host, so none are reported and a drain ends at once. Making a
// host unschedulable is not possible either and does nothing. Use it only where what runs on the
// hosts may be lost at any time, or is moved by somebody else.
class NoneRegistrar final : public Registrar {
 public:
  // Throws as Nodes does.
  NoneRegistrar(std::string name, NoneSettings settings);

  Result<Done> Prepare(const ClusterSpec&) override { return Done{}; }
  Result<Readiness> Probe(const HostTarget& target) override;
  // Gives the address.
  Result<std::string> Enrol(const HostTarget& target) override;
  // kMonitored when SSH answers, else kError.
  Result<EnrolmentStatus> Look(const HostTarget& target) override;
  Result<Done> SetSchedulable(const HostTarget& target, bool schedulable) override;
  Result<EnrolmentStatus> Evacuate(const HostTarget& target) override;
  Result<Done> Remove(const HostTarget& target) override;
  // kInvalid.
  Result<std::vector<WaitingGuest>> WaitingGuests(const ClusterSpec& cluster) override;
  std::string UserData(Hypervisor hypervisor) const override;
  const Channel& channel() const override { return channel_; }

 private:
  const Channel channel_;
  const Nodes nodes_;
};

}  // namespace spillway
