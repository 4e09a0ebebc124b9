#include "providers/none/none_registrar.h"

#include <utility>

#include "providers/ssh/ssh_probe.h"

namespace spillway {

NoneRegistrar::NoneRegistrar(std::string name, NoneSettings settings)
    : channel_{std::move(name), settings.parallel_calls},
      settings_(std::move(settings)),
      user_data_(settings_.node) {}

Result<Done> NoneRegistrar::Probe(const HostTarget& target) {
  return ProbeSsh(target.address, settings_.ssh_port, settings_.probe_timeout);
}

Result<std::string> NoneRegistrar::Enrol(const HostTarget& target) { return target.address; }

Result<EnrolmentStatus> NoneRegistrar::Look(const HostTarget& target) {
  const Result<Done> answer = Probe(target);
  if (answer) return EnrolmentStatus{EnrolmentState::kMonitored, {}, "SSH answers"};
  return EnrolmentStatus{EnrolmentState::kError, {}, Describe(answer.error())};
}

Result<Done> NoneRegistrar::SetSchedulable(const HostTarget&, bool) { return Done{}; }

Result<EnrolmentStatus> NoneRegistrar::Evacuate(const HostTarget&) {
  return EnrolmentStatus{EnrolmentState::kCordoned, {}, "guests are not known"};
}

Result<Done> NoneRegistrar::Remove(const HostTarget&) { return Done{}; }

std::string NoneRegistrar::UserData(Hypervisor hypervisor) const {
  return user_data_.For(hypervisor);
}

}  // namespace spillway
