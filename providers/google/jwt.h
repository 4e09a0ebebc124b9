// JSON Web Tokens (RFC 7519) signed with RS256: who we are, said to Google's token endpoint.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "scaler/runtime/secret.h"

namespace spillway {

// "HEADER.CLAIMS.SIGNATURE"; `key_id` tells the other side which key to check with. Nothing when
// the key is not one to sign with (crypto.h).
std::optional<std::string> SignedJwt(const nlohmann::json& claims, const std::string& key_id,
                                     const Secret& private_key);

}  // namespace spillway
