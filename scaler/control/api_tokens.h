// Who may use the HTTP API: bearer tokens, stored as their hashes. Kept as notes of the store.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/time.h"
#include "scaler/store/store.h"

namespace spillway {

inline constexpr const char* kApiTokenNote = "api_token";

// Each may do what those before it may.
enum class Role {
  kViewer,    // reads
  kOperator,  // changes what clusters and hosts do
  kAdmin,     // changes the service
};
std::string_view Name(Role role);
std::optional<Role> RoleFrom(std::string_view name);

struct ApiToken {
  std::string name;    // whose it is; what audit lines say
  std::string sha256;  // of the token as it is sent, in hexadecimal digits
  Role role = Role::kViewer;
  std::vector<std::string> clusters;  // that it is for; empty: all
  Time created;

  friend bool operator==(const ApiToken&, const ApiToken&) = default;
};

// Something nobody can guess: 256 random bits. It is shown once and kept nowhere.
std::string MakeApiToken();

Note NoteOf(const ApiToken& token);
// Nothing for a note that is none.
std::optional<ApiToken> ApiTokenFrom(const Note& note);

// In the order of their names. May throw StoreError.
std::vector<ApiToken> StoredApiTokens(Store& store);

}  // namespace spillway
