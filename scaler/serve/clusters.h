// What the resources below a cluster share.
#pragma once

#include <string>

#include "scaler/serve/route.h"

namespace spillway {

// Throws a Problem when there is none, or none that the caller may see: the two look the same.
ClusterLook FindCluster(const ApiContext& context, const Caller& caller, const std::string& name);

// The cluster as it is now, and its tag.
HttpAnswer AnswerCluster(const ApiContext& context, const ClusterLook& look);

}  // namespace spillway
