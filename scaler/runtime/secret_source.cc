#include "scaler/runtime/secret_source.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace spillway {
namespace {

std::string ReadFrom(const SecretSource& source) {
  if (source.file.empty()) {
    const char* value = std::getenv(source.variable.c_str());
    return value == nullptr ? "" : value;
  }
  std::ifstream file(source.file);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

SecretSource ParseSecretSource(const ConfigNode& node) {
  SecretSource source;
  if (node.IsMissing()) return source;
  source.variable = node.String("variable").Or("");
  source.file = node.String("file").Or("");
  if (source.variable.empty() == source.file.empty()) {
    node.Fail("expected where it is: {variable: NAME} or {file: PATH}");
  }
  node.Finish();
  return source;
}

Secret ReadSecret(const SecretSource& source, const std::string& what) {
  std::string text = ReadFrom(source);
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  if (!text.empty()) return Secret(std::move(text));
  throw std::runtime_error(
      what + " is not in the " +
      (source.file.empty() ? "variable " + source.variable : "file " + source.file));
}

}  // namespace spillway
