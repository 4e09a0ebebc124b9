// What one policy says about one cluster.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/capacity.h"
#include "scaler/model/place.h"
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

// Where what is added would do most good: at the location of that name, or as near to the
// coordinates as can be had. A wish: it orders what may be taken, and rules nothing out.
struct NearPlace {
  std::string name;
  std::optional<Coordinates> coordinates;
  double weight = 1;  // this place's part of what is added, against the other places'; above 0
  std::string why;

  friend bool operator==(const NearPlace&, const NearPlace&) = default;
};

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
  std::vector<NearPlace> near{};  // empty: anywhere
  // What is added is needed in pieces of this size, none of them spread over two machines. Both
  // members above 0.
  std::optional<Capacity> piece{};

  friend bool operator==(const Recommendation&, const Recommendation&) = default;
};

}  // namespace spillway
