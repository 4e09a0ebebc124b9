// The functions of the table in table.cc, each in a file of its own.
#pragma once

#include <string_view>

#include "tests/fuzz/targets.h"

namespace spillway::fuzz {

void EatApi(std::string_view bytes);
void EatConfig(std::string_view bytes);

}  // namespace spillway::fuzz
