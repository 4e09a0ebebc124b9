// Which of a host's guests are to be moved now, how and where to. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "providers/opennebula/client/one_api.h"
#include "providers/opennebula/client/one_xml.h"
#include "scaler/model/kinds.h"

namespace spillway {

// What becomes of a running guest of a host that is given back.
enum class EvacuationWay {
  kLive,             // live migration within the cluster; without room there: kReschedule
  kPowerOffMigrate,  // stopped, moved within the cluster, started
  kReschedule,       // OpenNebula's scheduler moves it, in the way that it is configured for
  kWait,             // it is left alone until it ends
  kTerminate,        // it is shut down and removed
};

// LXC and Firecracker cannot migrate a running guest.
EvacuationWay DefaultEvacuation(Hypervisor hypervisor);

struct EvacuationStep {
  int vm = -1;
  std::optional<OneMigration> migration;  // to `host`; nothing: `action`
  int host = -1;
  std::string action;

  friend bool operator==(const EvacuationStep&, const EvacuationStep&) = default;
};

struct EvacuationPlan {
  std::vector<EvacuationStep> steps;  // one for each guest that can go now
  int under_way = 0;                  // guests that are on their way already
  std::vector<std::string> stuck;     // "guest 7 …": why a guest cannot go now

  friend bool operator==(const EvacuationPlan&, const EvacuationPlan&) = default;
};

// Targets are the monitored hosts of the same cluster and driver that have room: those that are
// not burst hosts first, then those with the most free memory. Room that one step takes is not
// given to the next.
EvacuationPlan PlanEvacuation(const OneHost& from, std::span<const OneVm> guests,
                              std::span<const OneHost> hosts, EvacuationWay way);

}  // namespace spillway
