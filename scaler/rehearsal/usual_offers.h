// Offers for a cluster of which only the configuration is known: nobody is asked.
#pragma once

#include <vector>

#include "scaler/model/cluster.h"
#include "scaler/model/offer.h"

namespace spillway {

// One for each rung of the ladder: machines of the cluster's host size, as many as the pool takes,
// each rung dearer than the one before, where the data may be and near enough.
std::vector<Offer> UsualOffers(const ClusterSpec& cluster);

}  // namespace spillway
