// Which offers are near to a place that the decision wishes for.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "scaler/model/offer.h"
#include "scaler/model/recommendation.h"

namespace spillway {

// Round trips to a place that differ by less are alike to its users: price decides among them.
inline constexpr Duration kAlike = std::chrono::milliseconds(5);

// The kilometres from the offer to the place; 0 for an offer at the location of its name, nothing
// when nobody knows.
std::optional<double> DistanceTo(const NearPlace& place, const Offer& offer);

// The indices of `offers` in rings around the place, the nearest first: those of one ring have
// estimated round trips that are alike. Offers of unknown distance are the last.
std::vector<std::vector<std::size_t>> RingsAround(const NearPlace& place,
                                                  std::span<const Offer* const> offers);

}  // namespace spillway
