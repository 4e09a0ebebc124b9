// Machines that OpenNebula could not place, and whether one more host in a cluster would help.
//
// Two things decide. The scheduler's message: only a lack of processors, of memory or of any host
// at all is cured by hosts. And the requirements, the user's own and those that oned made when the
// machine was created and never looks at again: a machine from before its datastore was in the
// cluster waits for ever, whatever is bought.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "providers/opennebula/client/one_xml.h"
#include "scaler/model/kinds.h"
#include "scaler/model/waiting_guest.h"

namespace spillway {

// kCapacity or kOther, by the scheduler's words; nothing when it has not said anything yet.
std::optional<WaitCause> CauseOf(std::string_view sched_message);

// Whether the requirements that it was given when it was created rule out hosts of the cluster,
// tried or not.
bool IsRuledOut(const OneWaitingVm& vm, const OneCluster& cluster, Hypervisor hypervisor);

// The machine as a guest that waits for a host of the cluster. Nothing when the scheduler has not
// tried it yet.
std::optional<WaitingGuest> GuestOf(const OneWaitingVm& vm, const OneCluster& cluster,
                                    Hypervisor hypervisor);

}  // namespace spillway
