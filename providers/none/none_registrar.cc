#include "providers/none/none_registrar.h"

#include <utility>

namespace spillway {

NoneRegistrar::NoneRegistrar(std::string name, NoneSettings settings)
    : channel_{std::move(name), settings.parallel_calls}, nodes_(std::move(settings.nodes)) {}

Result<Readiness> NoneRegistrar::Probe(const HostTarget& target) { return nodes_.Look(target); }

Result<std::string> NoneRegistrar::Enrol(const HostTarget& target) { return target.address; }

Result<EnrolmentStatus> NoneRegistrar::Look(const HostTarget& target) {
  const Result<Done> answer = nodes_.LookAtPort(target);
  if (answer) return EnrolmentStatus{EnrolmentState::kMonitored, {}, "SSH answers"};
  return EnrolmentStatus{EnrolmentState::kError, {}, Describe(answer.error())};
}

Result<Done> NoneRegistrar::SetSchedulable(const HostTarget&, bool) { return Done{}; }

Result<EnrolmentStatus> NoneRegistrar::Evacuate(const HostTarget&) {
  return EnrolmentStatus{EnrolmentState::kCordoned, {}, "guests are not known"};
}

Result<Done> NoneRegistrar::Remove(const HostTarget&) { return Done{}; }

Result<std::vector<WaitingGuest>> NoneRegistrar::WaitingGuests(const ClusterSpec&) {
  return Error{ErrorKind::kInvalid, "registrar " + channel_.name, "",
               "has no cluster manager that would know of guests; a policy can list them by a "
               "metric"};
}

std::string NoneRegistrar::UserData(Hypervisor hypervisor) const {
  return nodes_.UserData(hypervisor);
}

}  // namespace spillway
