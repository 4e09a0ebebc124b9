// Model values as JSON for the HTTP API: the members of json.h, but times are RFC 3339 with
// milliseconds where there are any ("2026-03-02T18:00:00Z"; null: never, or not known) and
// durations are seconds. Money is in units of the currency; null: without a limit.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "scaler/model/plan.h"

namespace spillway {

nlohmann::json ApiJson(Time v);
nlohmann::json ApiJson(Duration v);
nlohmann::json ApiJson(const Capacity& v);
nlohmann::json ApiJson(const Money& v);
nlohmann::json ApiJson(const Reason& v);
nlohmann::json ApiJson(const PersonsWord& v);
nlohmann::json ApiJson(const Signal& v);
nlohmann::json ApiJson(const Recommendation& v);
nlohmann::json ApiJson(const Offer& v);
nlohmann::json ApiJson(const OfferBackoff& v);
nlohmann::json ApiJson(const HostRecord& v);
nlohmann::json ApiJson(const MoneyState& v);
nlohmann::json ApiJson(const Considered& v);
nlohmann::json ApiJson(const Plan& v);
// Members of the decision, `plan` and `acted` beside each other.
nlohmann::json ApiJson(const DecisionRecord& v);

}  // namespace spillway
