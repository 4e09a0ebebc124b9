#include "bus/adapters/token.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "scaler/runtime/digest.h"
#include "scaler/runtime/http_server.h"

namespace spillway::adapters {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TokenSource ParseTokenSource(const ConfigNode& node) {
  TokenSource source;
  if (node.IsMissing()) return source;
  source.variable = node.String("variable").Or("");
  source.file = node.String("file").Or("");
  if (source.variable.empty() == source.file.empty()) {
    node.Fail("expected where the token is: {variable: NAME} or {file: PATH}");
  }
  node.Finish();
  return source;
}

Secret ReadToken(const TokenSource& source) {
  if (source.variable.empty() && source.file.empty()) return Secret();
  const char* value = source.variable.empty() ? nullptr : std::getenv(source.variable.c_str());
  std::string token = value != nullptr ? value : source.file.empty() ? "" : ReadFile(source.file);
  token.erase(token.find_last_not_of(" \r\n") + 1);
  if (!token.empty()) return Secret(std::move(token));
  throw std::runtime_error("adapters: no token in the " + (source.file.empty()
                                                               ? "variable " + source.variable
                                                               : "file " + source.file));
}

bool IsAuthorized(std::string_view authorization, const Secret& token) {
  if (token.empty()) return true;
  for (const std::string_view scheme : {"bearer", "token"}) {
    const std::string_view said = CredentialsIn(authorization, scheme);
    if (!said.empty()) return EqualInConstantTime(said, token.Reveal());
  }
  return false;
}

}  // namespace spillway::adapters
