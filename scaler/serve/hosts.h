// What the resources below a host share.
#pragma once

#include "scaler/serve/route.h"

namespace spillway {

// That of the path, which may be gone. Throws a Problem when there is none, or none that the caller
// may see: the two look the same.
HostRecord FindHost(const ApiContext& context, const ApiRequest& request);

// The host, and its tag.
HttpAnswer AnswerHost(const HostRecord& host);

}  // namespace spillway
