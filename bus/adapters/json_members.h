// Members of JSON that others send: any may be missing, or of another type.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "scaler/model/time.h"

namespace spillway::adapters {

// The member `key` of `value`; null when there is none, also where `value` is no object.
const nlohmann::json& MemberOf(const nlohmann::json& value, const char* key);
// The text at `key`; empty when it is no text.
std::string TextAt(const nlohmann::json& value, const char* key);
std::optional<double> NumberAt(const nlohmann::json& value, const char* key);
// Seconds since 1970 at `key`; nothing when it is no number, or no time that anybody means.
std::optional<Time> TimeAt(const nlohmann::json& value, const char* key);

}  // namespace spillway::adapters
