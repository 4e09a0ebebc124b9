// Digests and secrets of the operating system's making. The runtime's door for OpenSSL's digests.
#pragma once

#include <string>
#include <string_view>

namespace spillway {

// In lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view bytes);

// Whether they are the same; takes as long for any two texts of these lengths.
bool EqualInConstantTime(std::string_view a, std::string_view b);

// 256 random bits of the operating system, as 64 hexadecimal digits. Throws std::runtime_error when
// there are none.
std::string UnguessableHex();

}  // namespace spillway
