#include "policies/builtin.h"

#include <array>

#include "policies/manual/manual.h"
#include "policies/schedule/schedule.h"
#include "policies/target_tracking/target_tracking.h"
#include "policies/threshold/threshold.h"

namespace spillway {

std::span<const PolicyKind> BuiltinPolicies() {
  static constexpr std::array kPolicies = {
      PolicyKind{"manual", ParseManual},
      PolicyKind{"schedule", ParseSchedule},
      PolicyKind{"target_tracking", ParseTargetTracking},
      PolicyKind{"threshold", ParseThreshold},
  };
  return kPolicies;
}

}  // namespace spillway
