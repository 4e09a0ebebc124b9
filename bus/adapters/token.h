// What a sender must know to be heard.
#pragma once

#include <string_view>

#include "scaler/runtime/secret_source.h"

namespace spillway::adapters {

// The token; empty when none is asked for. Throws as ReadSecret does.
Secret ReadToken(const SecretSource& source);

// Whether the header Authorization ("Bearer …", or "Token …" as InfluxDB's clients say) has it. How
// long that takes says nothing but the length.
bool IsAuthorized(std::string_view authorization, const Secret& token);

}  // namespace spillway::adapters
