#include "policies/compose/fallback.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace spillway {
namespace {

using Said = std::vector<Recommendation>;

Recommendation NoneCanTell(const Said& said, Time now) {
  Capacity added;
  for (const Recommendation& r : said) added = Max(added, r.wanted);
  return Composed(said, now, RecommendationKind::kUnknown, added,
                  {"fallback_none", "no policy of the chain can tell: " + WhatTheySay(said), {}});
}

}  // namespace

FallbackPolicy::FallbackPolicy(std::string name, std::vector<std::unique_ptr<Policy>> children)
    : Policy(std::move(name)), children_(std::move(children)) {}

Recommendation FallbackPolicy::Evaluate(const PolicyInput& input) {
  const Said said = children_.Evaluate(input);
  const auto followed = std::find_if(said.begin(), said.end(), [](const Recommendation& r) {
    return r.kind != RecommendationKind::kUnknown;
  });
  if (followed == said.end()) return NoneCanTell(said, input.now);

  const bool is_first = followed == said.begin();
  const Said passed_over(said.begin(), followed);
  const std::string follows = followed->policy + " is followed: " + followed->reason.text;
  Recommendation r = Composed(said, input.now, followed->kind, followed->wanted,
                              {is_first ? "fallback_first" : "fallback_next",
                               is_first ? follows : WhatTheySay(passed_over) + "; " + follows,
                               {{"followed", followed->policy}}});
  r.may_shrink = followed->may_shrink;
  r.near = followed->near;
  r.piece = followed->piece;
  return r;
}

std::unique_ptr<Policy> ParseFallback(const std::string& name, const ConfigNode& node,
                                      const PolicyContext& context) {
  auto children = ParseChildren(node, context);
  node.Finish();
  if (children.empty()) return nullptr;
  return std::make_unique<FallbackPolicy>(name, std::move(children));
}

}  // namespace spillway
