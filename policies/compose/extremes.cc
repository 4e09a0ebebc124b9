#include "policies/compose/extremes.h"

#include <optional>
#include <utility>

namespace spillway {
namespace {

using Said = std::vector<Recommendation>;
using enum RecommendationKind;

Recommendation Largest(const Said& said, Time now) {
  Capacity asked, ceiling;
  bool is_asked = false;
  for (const Recommendation& r : said) {
    if (Asks(r)) {
      asked = Max(asked, r.wanted);
      is_asked = true;
    } else if (r.kind == kCeiling) {
      ceiling = Max(ceiling, r.wanted);
    }
  }
  RecommendationKind kind = kAbstain;
  for (const RecommendationKind weaker : {kCeiling, kUnknown, kFloor, kTarget}) {
    if (HasKind(said, weaker)) kind = weaker;
  }
  const Capacity wanted = is_asked ? asked : kind == kCeiling ? ceiling : Capacity{};
  return Composed(said, now, kind, wanted, {"any_of", "the largest of " + WhatTheySay(said), {}});
}

Recommendation Smallest(const Said& said, Time now) {
  std::optional<Capacity> least;
  for (const Recommendation& r : said) {
    if (r.kind != kAbstain) least = least ? Min(*least, r.wanted) : r.wanted;
  }
  RecommendationKind kind = kAbstain;
  for (const RecommendationKind weaker : {kCeiling, kFloor, kTarget, kUnknown}) {
    if (HasKind(said, weaker)) kind = weaker;
  }
  return Composed(said, now, kind, least.value_or(Capacity{}),
                  {"all_of", "the smallest of " + WhatTheySay(said), {}});
}

std::unique_ptr<Policy> Parse(const std::string& name, const ConfigNode& node,
                              const PolicyContext& context, Extreme which) {
  auto children = ParseChildren(node, context);
  node.Finish();
  if (children.empty()) return nullptr;
  return std::make_unique<ExtremePolicy>(name, which, std::move(children));
}

}  // namespace

ExtremePolicy::ExtremePolicy(std::string name, Extreme which,
                             std::vector<std::unique_ptr<Policy>> children)
    : Policy(std::move(name)), which_(which), children_(std::move(children)) {}

Recommendation ExtremePolicy::Evaluate(const PolicyInput& input) {
  const Said said = children_.Evaluate(input);
  return which_ == Extreme::kLargest ? Largest(said, input.now) : Smallest(said, input.now);
}

std::unique_ptr<Policy> ParseAnyOf(const std::string& name, const ConfigNode& node,
                                   const PolicyContext& context) {
  return Parse(name, node, context, Extreme::kLargest);
}

std::unique_ptr<Policy> ParseAllOf(const std::string& name, const ConfigNode& node,
                                   const PolicyContext& context) {
  return Parse(name, node, context, Extreme::kSmallest);
}

}  // namespace spillway
