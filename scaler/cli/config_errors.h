// How the errors of a configuration file are told.
#pragma once

#include <string>
#include <vector>

#include "scaler/runtime/config_node.h"

namespace spillway {

// One line each on standard error, and a closing line that counts them.
void PrintConfigErrors(const std::string& file, const std::vector<ConfigError>& errors);

}  // namespace spillway
