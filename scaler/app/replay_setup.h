// Configurations for replays.
#pragma once

#include <string>

#include "scaler/app/app_config.h"
#include "scaler/record/replay.h"

namespace spillway {

// Of the text of a configuration file. Throws std::runtime_error with its first error.
ReplaySetup SetupOf(const std::string& configuration);

// Takes the policies of `config`.
ReplaySetup SetupOf(AppConfig config);

}  // namespace spillway
