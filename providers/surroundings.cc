#include "providers/surroundings.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace spillway {

Surroundings ProcessSurroundings() {
  return {
      .variable = [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr || *value == '\0') return std::nullopt;
        return value;
      },
      .file = [](const std::string& path) -> std::optional<std::string> {
        std::ifstream stream(path, std::ios::binary);
        if (!stream) return std::nullopt;
        std::ostringstream text;
        text << stream.rdbuf();
        return text.str();
      },
  };
}

std::string HomeFile(const Surroundings& surroundings, const std::string& name) {
  const auto home = surroundings.variable("HOME");
  return home ? *home + "/" + name : name;
}

}  // namespace spillway
