// The query of a URL.
#pragma once

#include <string>
#include <string_view>

namespace spillway::adapters {

// The value of the first `name=…`, percent-decoded, a plus being a blank; empty when there is none.
std::string QueryValue(std::string_view query, std::string_view name);

}  // namespace spillway::adapters
