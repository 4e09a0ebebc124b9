// What the actions have in common: who asks, why, and whether it is only to be foreseen.
#pragma once

#include "scaler/model/orders.h"
#include "scaler/serve/body.h"
#include "scaler/serve/route.h"

namespace spillway {

// The query of a post: its only parameter is `dry_run`. Throws a Problem for anything else.
bool IsDryRun(const ApiRequest& request);

// The member `reason` of the body, and who says it.
PersonsWord ReadWord(const ApiContext& context, const ApiRequest& request, Body& body);

}  // namespace spillway
