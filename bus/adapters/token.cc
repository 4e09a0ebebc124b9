#include "bus/adapters/token.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace spillway::adapters {
namespace {

bool IsSame(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  volatile unsigned char difference = 0;  // volatile: the loop goes to its end
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

// Schemes are the same in capital letters (RFC 9110, 11.1). `start` is in small ones.
bool StartsWith(std::string_view text, std::string_view start) {
  return text.size() >= start.size() &&
         std::equal(start.begin(), start.end(), text.begin(),
                    [](unsigned char a, unsigned char b) { return a == std::tolower(b); });
}

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
  for (const std::string_view scheme : {"bearer ", "token "}) {
    if (StartsWith(authorization, scheme)) {
      return IsSame(authorization.substr(scheme.size()), token.Reveal());
    }
  }
  return false;
}

}  // namespace spillway::adapters
