// The registrar for clusters without a manager: a host is enrolled when its SSH server answers.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "providers/node/cloud_init.h"
#include "providers/registrar.h"

namespace spillway {

struct NoneSettings {
  int ssh_port = 22;
  Duration probe_timeout = std::chrono::seconds(5);
  int parallel_calls = 16;
  std::optional<NodeSetup> node;  // nothing: no user data
};

// Nobody says which guests run on a host, so none are reported and a drain ends at once. Making a
// host unschedulable is not possible either and does nothing. Use it only where what runs on the
// hosts may be lost at any time, or is moved by somebody else.
class NoneRegistrar final : public Registrar {
 public:
  // Throws std::length_error when the user data is too long.
  NoneRegistrar(std::string name, NoneSettings settings);

  Result<Done> Prepare(const std::string&) override { return Done{}; }
  Result<Done> Probe(const HostTarget& target) override;
  // Gives the address.
  Result<std::string> Enrol(const HostTarget& target) override;
  // kMonitored when SSH answers, else kError.
  Result<EnrolmentStatus> Look(const HostTarget& target) override;
  Result<Done> SetSchedulable(const HostTarget& target, bool schedulable) override;
  Result<EnrolmentStatus> Evacuate(const HostTarget& target) override;
  Result<Done> Remove(const HostTarget& target) override;
  std::string UserData(Hypervisor hypervisor) const override;
  const Channel& channel() const override { return channel_; }

 private:
  const Channel channel_;
  const NoneSettings settings_;
  const UserDataByHypervisor user_data_;
};

}  // namespace spillway
