// Digests and secrets of the operating system's making. The runtime's door for OpenSSL's digests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace spillway {

// In lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view bytes);

// HMAC (RFC 2104) with SHA-256: 32 bytes.
std::string HmacSha256(std::string_view key, std::string_view bytes);

// What this is the base64 of (standard alphabet, padded); nothing when it is none.
std::optional<std::string> FromBase64(std::string_view text);

// Whether they are the same; takes as long for any two texts of these lengths.
bool EqualInConstantTime(std::string_view a, std::string_view b);

// 256 random bits of the operating system, as 64 hexadecimal digits. Throws std::runtime_error when
// there are none.
std::string UnguessableHex();

}  // namespace spillway
