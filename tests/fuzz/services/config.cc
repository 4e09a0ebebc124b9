#include "scaler/app/app_config.h"
#include "tests/fuzz/services/services.h"

namespace spillway::fuzz {

// A configuration is taken, or its errors are told.
void EatConfig(std::string_view bytes) {
  const ReadConfigResult result = ReadConfig(bytes);
  Require(result.config.has_value() == result.errors.empty(), "there are errors or there is none");
  for (const ConfigError& error : result.errors) {
    Require(!error.message.empty(), "an error says what was expected");
  }
}

}  // namespace spillway::fuzz
