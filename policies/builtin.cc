#include "policies/builtin.h"

#include <array>
#include <utility>
#include <vector>

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
