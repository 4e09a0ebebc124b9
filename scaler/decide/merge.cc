#include "scaler/decide/merge.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "scaler/decide/words.h"

namespace spillway {
namespace {

Reason About(const Recommendation& r, std::string code, std::string text) {
  return {std::move(code), std::move(text), {{"policy", r.policy}}};
}

// The largest target in each component; says who won and who lost.
std::optional<Capacity> LargestTarget(std::span<const Recommendation> recommendations,
                                      std::vector<Reason>& reasons) {
  std::optional<Capacity> largest;
  for (const Recommendation& r : recommendations) {
    if (r.kind != RecommendationKind::kTarget) continue;
    largest = largest ? Max(*largest, r.wanted) : r.wanted;
  }
  if (!largest) return largest;
  for (const Recommendation& r : recommendations) {
    if (r.kind != RecommendationKind::kTarget) continue;
    const bool decides =
        r.wanted.vcpu == largest->vcpu || r.wanted.memory_mib == largest->memory_mib;
    reasons.push_back(
        decides ? About(r, "won", fmt::format("{} wants the most: {}", r.policy, Words(r.wanted)))
                : About(r, "lost", fmt::format("{} wants less: {}", r.policy, Words(r.wanted))));
  }
  return largest;
}

// Unknown never removes capacity: what the signals do not tell holds, or adds what it says.
void HoldForUnknown(std::span<const Recommendation> recommendations, const Capacity& previous,
                    Merged& merged) {
  for (const Recommendation& r : recommendations) {
    const bool unknown = r.kind == RecommendationKind::kUnknown;
    if (!unknown && r.may_shrink) continue;
    merged.may_shrink = false;
    const Capacity held = Max(merged.wanted, previous);
    const Capacity with = unknown ? Max(held, r.wanted) : held;
    if (with == held) {
      merged.reasons.push_back(About(
          r, "unknown_holds",
          fmt::format("{} cannot tell: nothing is taken away ({})", r.policy, r.reason.text)));
    } else {
      merged.reasons.push_back(About(r, "unknown_adds",
                                     fmt::format("{} cannot tell and adds up to {} ({})", r.policy,
                                                 Words(r.wanted), r.reason.text)));
    }
    merged.wanted = with;
  }
}

void ApplyFloorsAndCeilings(std::span<const Recommendation> recommendations, Merged& merged) {
  Capacity floor;
  for (const Recommendation& r : recommendations) {
    if (r.kind == RecommendationKind::kFloor) floor = Max(floor, r.wanted);
  }
  for (const Recommendation& r : recommendations) {
    if (r.kind != RecommendationKind::kCeiling) continue;
    const Capacity lowered = Max(Min(merged.wanted, r.wanted), floor);
    if (lowered == Max(merged.wanted, floor)) continue;
    merged.wanted = lowered;
    merged.may_shrink = true;  // somebody said so; it is not a guess
    merged.reasons.push_back(
        About(r, "ceiling", fmt::format("{} allows at most {}", r.policy, Words(r.wanted))));
  }
  for (const Recommendation& r : recommendations) {
    if (r.kind != RecommendationKind::kFloor || merged.wanted.Covers(r.wanted)) continue;
    merged.wanted = Max(merged.wanted, r.wanted);
    merged.reasons.push_back(
        About(r, "floor", fmt::format("{} asks for at least {}", r.policy, Words(r.wanted))));
  }
}

// Each place once, as the first says it, and the largest piece: both only steer what is bought.
void CollectWishes(std::span<const Recommendation> recommendations, Merged& merged) {
  for (const Recommendation& r : recommendations) {
    if (r.piece) merged.piece = Max(merged.piece.value_or(Capacity{}), *r.piece);
    for (const NearPlace& place : r.near) {
      const bool is_known = std::any_of(merged.near.begin(), merged.near.end(),
                                        [&](const NearPlace& p) { return p.name == place.name; });
      if (!is_known) merged.near.push_back(place);
    }
  }
}

}  // namespace

Merged Merge(std::span<const Recommendation> recommendations, const Capacity& previous) {
  Merged merged;
  const std::optional<Capacity> target = LargestTarget(recommendations, merged.reasons);
  merged.wanted = target.value_or(Capacity{});
  HoldForUnknown(recommendations, previous, merged);
  if (!target && merged.may_shrink) {
    merged.reasons.push_back(
        {"resting", "no policy has a target now: the cluster rests at its minimum", {}});
  }
  ApplyFloorsAndCeilings(recommendations, merged);
  CollectWishes(recommendations, merged);
  return merged;
}

}  // namespace spillway
