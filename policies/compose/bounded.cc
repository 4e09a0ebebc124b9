#include "policies/compose/bounded.h"

#include <fmt/core.h>

#include <utility>
#include <vector>

#include "policies/amount.h"
#include "policies/builtin.h"
#include "policies/text.h"

namespace spillway {
namespace {

using enum RecommendationKind;

std::vector<std::unique_ptr<Policy>> Alone(std::unique_ptr<Policy> policy) {
  std::vector<std::unique_ptr<Policy>> list;
  list.push_back(std::move(policy));
  return list;
}

Reason WhyChanged(const Recommendation& child, const Capacity& wanted) {
  const std::string what = WhatTheySay({child});
  if (wanted == child.wanted) {
    return {"bounded_within", what + ", which lies between floor and ceiling", {}};
  }
  const bool raised = !child.wanted.Covers(wanted);
  return {raised ? "bounded_raised" : "bounded_lowered",
          fmt::format("{}; {} to {}", what, raised ? "raised" : "lowered", CapacityText(wanted)),
          {}};
}

std::optional<Capacity> ParseBound(const ConfigNode& node, const Capacity& host_size) {
  if (node.IsMissing()) return std::nullopt;
  const Capacity bound = ParseAmount(node, host_size);
  node.Finish();
  return bound;
}

}  // namespace

BoundedPolicy::BoundedPolicy(std::string name, Bounds bounds, std::unique_ptr<Policy> child)
    : Policy(std::move(name)), bounds_(bounds), child_(Alone(std::move(child))) {}

Recommendation BoundedPolicy::Evaluate(const PolicyInput& input) {
  const std::vector<Recommendation> said = child_.Evaluate(input);
  const Recommendation& child = said.front();
  const Capacity wanted = bounds_.Within(child.wanted);
  const bool floor_stands = child.kind == kAbstain && !bounds_.floor.IsZero();
  return Composed(said, input.now, floor_stands ? kFloor : child.kind,
                  child.kind == kAbstain ? bounds_.floor : wanted, WhyChanged(child, wanted));
}

std::unique_ptr<Policy> ParseBounded(const std::string& name, const ConfigNode& node,
                                     const PolicyContext& context) {
  const std::optional<Capacity> floor = ParseBound(node["floor"], context.host_size);
  const std::optional<Capacity> ceiling = ParseBound(node["ceiling"], context.host_size);
  if (!floor && !ceiling) node.Fail("expected a floor, a ceiling or both");
  if (floor && ceiling && !ceiling->Covers(*floor)) node["floor"].Fail("expected at most ceiling");
  auto child = ParsePolicy(node["policy"], context);
  node.Finish();
  if (!child) return nullptr;
  return std::make_unique<BoundedPolicy>(name, Bounds{floor.value_or(Capacity{}), ceiling},
                                         std::move(child));
}

}  // namespace spillway
