// Whether the body of an insert is one that Compute Engine takes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace spillway::fakes {

// Why it is refused, in Google's manner; empty: it is not.
std::string WhyNotInsertable(const nlohmann::json& body, const std::string& zone);

// Whether `text` has the form of a UUID, and is not all zeros.
bool IsUuid(const std::string& text);

}  // namespace spillway::fakes
