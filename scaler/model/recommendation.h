// What one policy says about one cluster.
#pragma once

#include <string>
#include <string_view>

#include "scaler/model/capacity.h"
#include "scaler/model/reason.h"
#include "scaler/model/time.h"

namespace spillway {

enum class RecommendationKind {
  kTarget,   // the cluster should have `wanted`
  kFloor,    // at least `wanted`
  kCeiling,  // at most `wanted`
  kAbstain,  // nothing to say now (a schedule out of its hours)
  kUnknown,  // the signals do not tell: hold; when `wanted` is not zero, at least that much
};
std::string_view Name(RecommendationKind kind);

struct Recommendation {
  std::string policy;
  RecommendationKind kind = RecommendationKind::kAbstain;
  Capacity wanted;
  // False when the value behind it may be too low (a partial signal): it may grow the cluster,
  // never shrink it.
  bool may_shrink = true;
  Reason reason;
  // Until when this holds without being asked again.
  Time valid_until = kDistantFuture;

  friend bool operator==(const Recommendation&, const Recommendation&) = default;
};

}  // namespace spillway
