// How the errors of a configuration file are told.
#pragma once

#include <string>
#include <vector>

#include "scaler/app/app_config.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// One line each on standard error, and a closing line that counts them.
void PrintConfigErrors(const std::string& file, const std::vector<ConfigError>& errors);

// The limit cycles for which the configuration is refused, with their plots on standard error
// unless it `is_silent`. None: nobody flaps, or may.
std::vector<ConfigError> PrintFlapping(const AppConfig& config, bool is_silent);

}  // namespace spillway
