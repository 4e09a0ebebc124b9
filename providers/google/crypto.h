// The cryptography that Google's protocols ask for. The door for OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scaler/runtime/secret.h"

namespace spillway {

// RSASSA-PKCS1-v1_5 with SHA-256 over `text` (RS256 in the words of JWT): the bytes of the
// signature. Nothing when `private_key` is not an RSA key in PEM form without a password.
std::optional<std::string> SignRs256(const Secret& private_key, std::string_view text);

std::array<std::uint8_t, 20> Sha1(std::string_view text);

}  // namespace spillway
