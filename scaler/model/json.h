// Model values as JSON: the form in which they are stored, published and printed. Members carry
// the names of the struct members; times are milliseconds since the epoch, money is in units of
// currency as a decimal number of at most six places, enumerations are their Name().
// From JSON: throws nlohmann::json::exception when a member is missing or of a wrong type.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "scaler/model/plan.h"

namespace spillway {

void to_json(nlohmann::json& j, const Capacity& v);
void from_json(const nlohmann::json& j, Capacity& v);
void to_json(nlohmann::json& j, const Money& v);
void from_json(const nlohmann::json& j, Money& v);
void to_json(nlohmann::json& j, const Billing& v);
void from_json(const nlohmann::json& j, Billing& v);
void to_json(nlohmann::json& j, const Error& v);
void from_json(const nlohmann::json& j, Error& v);
void to_json(nlohmann::json& j, const Reason& v);
void from_json(const nlohmann::json& j, Reason& v);
void to_json(nlohmann::json& j, const Signal& v);
void from_json(const nlohmann::json& j, Signal& v);
void to_json(nlohmann::json& j, const Recommendation& v);
void from_json(const nlohmann::json& j, Recommendation& v);
void to_json(nlohmann::json& j, const Offer& v);
void from_json(const nlohmann::json& j, Offer& v);
void to_json(nlohmann::json& j, const OfferBackoff& v);
void from_json(const nlohmann::json& j, OfferBackoff& v);
void to_json(nlohmann::json& j, const HostRecord& v);
void from_json(const nlohmann::json& j, HostRecord& v);
void to_json(nlohmann::json& j, const MoneyState& v);
void from_json(const nlohmann::json& j, MoneyState& v);
void to_json(nlohmann::json& j, const Decision& v);
void from_json(const nlohmann::json& j, Decision& v);
void to_json(nlohmann::json& j, const ClusterState& v);
void from_json(const nlohmann::json& j, ClusterState& v);
void to_json(nlohmann::json& j, const Plan& v);
void from_json(const nlohmann::json& j, Plan& v);
void to_json(nlohmann::json& j, const DecisionRecord& v);
void from_json(const nlohmann::json& j, DecisionRecord& v);

}  // namespace spillway
