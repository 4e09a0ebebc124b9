// The first stages of a decision: many recommendations become one wanted capacity. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "scaler/model/capacity.h"
#include "scaler/model/reason.h"
#include "scaler/model/recommendation.h"

namespace spillway {

struct Merged {
  Capacity wanted;
  bool may_shrink = true;
  std::vector<Reason> reasons;
  std::vector<NearPlace> near;
  std::optional<Capacity> piece;
};

// `previous` is what was wanted before: what "hold" means.
Merged Merge(std::span<const Recommendation> recommendations, const Capacity& previous);

}  // namespace spillway
