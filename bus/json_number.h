#pragma once

#include <string_view>

namespace spillway::bus {

// Whether `text` is a number by JSON's grammar; blanks may follow it. Whether a double can hold it
// is another question.
bool IsJsonNumber(std::string_view text);

}  // namespace spillway::bus
