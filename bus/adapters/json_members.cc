#include "bus/adapters/json_members.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace spillway::adapters {

const nlohmann::json& MemberOf(const nlohmann::json& value, const char* key) {
  static const nlohmann::json kNothing;
  if (!value.is_object()) return kNothing;
  const auto member = value.find(key);
  return member == value.end() ? kNothing : *member;
}

std::string TextAt(const nlohmann::json& value, const char* key) {
  const nlohmann::json& member = MemberOf(value, key);
  return member.is_string() ? member.get<std::string>() : "";
}

std::optional<double> NumberAt(const nlohmann::json& value, const char* key) {
  const nlohmann::json& member = MemberOf(value, key);
  if (!member.is_number()) return std::nullopt;
  return member.get<double>();
}

std::optional<Time> TimeAt(const nlohmann::json& value, const char* key) {
  constexpr double kMost = 1e11;  // in the year 5138
  const std::optional<double> seconds = NumberAt(value, key);
  if (!seconds || std::abs(*seconds) > kMost) return std::nullopt;
  return Time(Duration(std::llround(*seconds * 1000)));
}

}  // namespace spillway::adapters
