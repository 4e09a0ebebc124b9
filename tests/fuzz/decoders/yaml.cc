#include "scaler/runtime/yaml.h"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

// What was read is written so that it is read again.
void EatYaml(std::string_view bytes) {
  std::map<std::string, int> lines;
  nlohmann::json tree;
  try {
    tree = ReadYaml(bytes, lines);
  } catch (const std::runtime_error&) {
    return;
  }
  std::map<std::string, int> unused;
  Require(ReadYaml(WriteYaml(tree), unused) == tree, "a tree is read back as it was written");
}

}  // namespace spillway::fuzz
