#include "scaler/control/api_tokens.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "scaler/runtime/digest.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<Role, std::string_view>, 3> kRoles = {{
    {Role::kViewer, "viewer"},
    {Role::kOperator, "operator"},
    {Role::kAdmin, "admin"},
}};

}  // namespace

std::string_view Name(Role role) {
  for (const auto& [value, name] : kRoles) {
    if (value == role) return name;
  }
  return "unknown";
}

std::optional<Role> RoleFrom(std::string_view name) {
  for (const auto& [value, word] : kRoles) {
    if (word == name) return value;
  }
  return std::nullopt;
}

// The prefix lets scanners of repositories and logs find one that got out.
std::string MakeApiToken() { return "spw_" + UnguessableHex(); }

Note NoteOf(const ApiToken& token) {
  const json j = {{"sha256", token.sha256},
                  {"role", Name(token.role)},
                  {"clusters", token.clusters},
                  {"created", token.created.time_since_epoch().count()}};
  return {kApiTokenNote, token.name, j.dump()};
}

std::optional<ApiToken> ApiTokenFrom(const Note& note) {
  try {
    const json j = json::parse(note.text);
    const std::optional<Role> role = RoleFrom(j.at("role").get<std::string>());
    if (!role) return std::nullopt;
    return ApiToken{note.key, j.at("sha256").get<std::string>(), *role,
                    j.at("clusters").get<std::vector<std::string>>(),
                    Time(Duration(j.at("created").get<std::int64_t>()))};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::vector<ApiToken> StoredApiTokens(Store& store) {
  std::vector<ApiToken> tokens;
  for (const Note& note : store.Notes(kApiTokenNote)) {
    if (auto token = ApiTokenFrom(note)) tokens.push_back(std::move(*token));
  }
  return tokens;
}

}  // namespace spillway
