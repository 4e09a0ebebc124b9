// What a sender must know to be heard.
#pragma once

#include <string>
#include <string_view>

#include "scaler/runtime/config_node.h"
#include "scaler/runtime/secret.h"

namespace spillway::adapters {

// Where the token is; both empty: everybody is heard.
struct TokenSource {
  std::string variable;  // of the environment
  std::string file;
};

// Reads {variable: NAME} or {file: PATH}.
TokenSource ParseTokenSource(const ConfigNode& node);
// The token, without blanks at its end; empty when none is asked for. Throws std::runtime_error
// with the variable or file when it is not there or empty.
Secret ReadToken(const TokenSource& source);

// Whether the header Authorization ("Bearer …", or "Token …" as InfluxDB's clients say) has it. How
// long that takes says nothing but the length.
bool IsAuthorized(std::string_view authorization, const Secret& token);

}  // namespace spillway::adapters
