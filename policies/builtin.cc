#include "policies/builtin.h"

#include <array>
#include <utility>
#include <vector>

#include "policies/backlog/backlog.h"
#include "policies/compose/bounded.h"
#include "policies/compose/extremes.h"
#include "policies/compose/fallback.h"
#include "policies/compose/weighted.h"
#include "policies/latency/latency.h"
#include "policies/manual/manual.h"
#include "policies/predictive/predictive.h"
#include "policies/remote/remote.h"
#include "policies/schedule/schedule.h"
#include "policies/script/script.h"
#include "policies/target_tracking/target_tracking.h"
#include "policies/threshold/threshold.h"
#include "policies/waiting_guests/waiting_guests.h"

namespace spillway {

std::span<const PolicyKind> BuiltinPolicies() {
  // A line each, so that two who add one do not get in each other's way.
  // clang-format off
  static constexpr std::array kPolicies = {
      PolicyKind{"all_of", ParseAllOf},
      PolicyKind{"any_of", ParseAnyOf},
      PolicyKind{"backlog", ParseBacklog},
      PolicyKind{"bounded", ParseBounded},
      PolicyKind{"fallback", ParseFallback},
      PolicyKind{"latency", ParseLatency},
      PolicyKind{"manual", ParseManual},
      PolicyKind{"predictive", ParsePredictive},
      PolicyKind{"remote", ParseRemote},
      PolicyKind{"schedule", ParseSchedule},
      PolicyKind{"script", ParseScript},
      PolicyKind{"target_tracking", ParseTargetTracking},
      PolicyKind{"threshold", ParseThreshold},
      PolicyKind{"waiting_guests", ParsePlaceGuests},
      PolicyKind{"weighted", ParseWeighted},
  };
  // clang-format on
  return kPolicies;
}

std::unique_ptr<Policy> ParsePolicy(const ConfigNode& node, const PolicyContext& context) {
  const std::string name = node.String("name").Required();
  std::vector<std::pair<std::string_view, const PolicyKind*>> kinds;
  for (const PolicyKind& kind : BuiltinPolicies()) kinds.emplace_back(kind.kind, &kind);
  const PolicyKind* kind = node.OneOf<const PolicyKind*>("type", kinds).Required();
  if (kind == nullptr) return nullptr;
  std::unique_ptr<Policy> policy = kind->parse(name, node, context);
  node.Finish();
  return policy;
}

}  // namespace spillway
