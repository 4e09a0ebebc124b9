#include "providers/opennebula/client/one_access.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace spillway {
namespace {

std::string ConventionalAuthFile() {
  if (const char* path = std::getenv("ONE_AUTH"); path && *path) return path;
  const char* home = std::getenv("HOME");
  return std::string(home ? home : "") + "/.one/one_auth";
}

}  // namespace

std::string ParseOneEndpoint(const ConfigNode& node) {
  const std::string endpoint = node.String("endpoint").Required();
  static const std::regex kUrl(R"(https?://[^\s/@]+(/\S*)?)");
  if (!endpoint.empty() && !std::regex_match(endpoint, kUrl)) {
    node["endpoint"].Fail("expected an address such as \"http://front-end:2633/RPC2\"");
  }
  return endpoint;
}

Secret ReadOneSession(const std::string& auth_file) {
  const std::string path = auth_file.empty() ? ConventionalAuthFile() : auth_file;
  const std::string expectation = "expected one line \"user:password\"";
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": cannot be read, " + expectation);
  std::string line;
  std::getline(file, line);
  line.resize(std::min(line.size(), line.find('\r')));
  const Secret session(line);
  const std::size_t colon = session.Reveal().find(':');
  if (colon == 0 || colon == std::string::npos || colon + 1 == session.Reveal().size()) {
    throw std::runtime_error(path + ": " + expectation);
  }
  return session;
}

}  // namespace spillway
