#include "scaler/plan/nearness.h"

#include <limits>
#include <map>

namespace spillway {

std::optional<double> DistanceTo(const NearPlace& place, const Offer& offer) {
  if (offer.location == place.name) return 0.0;
  if (!place.coordinates || !offer.coordinates) return std::nullopt;
  return DistanceKm(*place.coordinates, *offer.coordinates);
}

std::vector<std::vector<std::size_t>> RingsAround(const NearPlace& place,
                                                  std::span<const Offer* const> offers) {
  constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::max();
  std::map<std::int64_t, std::vector<std::size_t>> rings;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    std::int64_t ring = kUnknown;
    if (offers[i]->location == place.name) {
      ring = 0;
    } else if (place.coordinates && offers[i]->coordinates) {
      ring = EstimatedRoundTrip(*place.coordinates, *offers[i]->coordinates) / kAlike;
    }
    rings[ring].push_back(i);
  }
  std::vector<std::vector<std::size_t>> in_order;
  for (auto& [ring, members] : rings) in_order.push_back(std::move(members));
  return in_order;
}

}  // namespace spillway
