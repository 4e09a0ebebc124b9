// What the HTTP API says (api_json.h), read back into the values it was made of. Null stands for
// what a value has by default. Members that are not known are passed over.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "scaler/model/plan.h"

namespace spillway {

// For Capacity, Signal, Recommendation, Reason, Offer, OfferBackoff, HostRecord, MoneyState,
// Considered and DecisionRecord. Throws nlohmann::json::exception when a member is missing or of a
// wrong type.
template <class T>
T FromApi(const nlohmann::json& j);

}  // namespace spillway
