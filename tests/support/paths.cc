#include "tests/support/paths.h"

namespace spillway::testing {

std::string SourcePath(const std::string& relative) {
  return std::string(SPILLWAY_SOURCE_DIR "/") + relative;
}

std::string BuiltPath(const std::string& relative) {
  return std::string(SPILLWAY_BINARY_DIR "/") + relative;
}

}  // namespace spillway::testing
