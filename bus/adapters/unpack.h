// Bodies as they were packed by the sender. The door for zlib and snappy.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "bus/adapters/reading.h"

namespace spillway::adapters {

// The bytes that `packed` stands for by its Content-Encoding (RFC 9110): "gzip", "deflate",
// "snappy" (the block format, as Prometheus has it), "identity" or nothing. At most `max_bytes`
// are made, whatever the body claims. Pure.
std::variant<std::string, Lost> Unpack(std::string_view packed, std::string_view encoding,
                                       std::size_t max_bytes);
// Whether Unpack knows the encoding.
bool IsKnownEncoding(std::string_view encoding);

}  // namespace spillway::adapters
