#include "providers/digitalocean/digitalocean_credentials.h"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "providers/rest/authorisation.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr const char* kVariables[] = {"DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"};
constexpr const char* kUsualContext = "default";

Error Denied(std::string text) {
  return {ErrorKind::kDenied, "digitalocean credentials", "", std::move(text)};
}

std::string DoctlFile(const Surroundings& surroundings) {
  const std::string file = "doctl/config.yaml";
  if (const auto folder = surroundings.variable("XDG_CONFIG_HOME")) return *folder + "/" + file;
  return HomeFile(surroundings, ".config/" + file);
}

Result<DigitalOceanToken> Checked(const std::string& token, const std::string& where) {
  if (!FitsAHeader(token)) {
    return Denied(where + ": the token has characters that no token has (a space, a line end?)");
  }
  return DigitalOceanToken{Secret(token), where};
}

// The member of an object as text; empty when it is not there or no text.
std::string TextOf(const json& object, const std::string& key) {
  if (!object.is_object()) return "";
  const auto member = object.find(key);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

// An empty `context` is the file's current one. What reading the file throws is not repeated: it
// may hold a part of the token.
Result<DigitalOceanToken> FromDoctl(const std::string& path, std::string context,
                                    const Surroundings& surroundings) {
  const auto text = surroundings.file(path);
  if (!text) return Denied(path + ": cannot be read");
  json tree;
  try {
    std::map<std::string, int> lines;
    tree = ReadYaml(*text, lines);
  } catch (const std::runtime_error&) {
    return Denied(path + ": is not YAML");
  }
  if (context.empty()) context = TextOf(tree, "context");
  if (context.empty() || context == kUsualContext) {
    const std::string token = TextOf(tree, "access-token");
    if (token.empty()) return Denied(path + ": has no access-token (doctl auth init makes one)");
    return Checked(token, path);
  }
  const std::string token =
      tree.is_object() ? TextOf(tree.value("auth-contexts", json()), context) : "";
  if (token.empty()) return Denied(path + ": auth-contexts has no \"" + context + "\"");
  return Checked(token, path);
}

}  // namespace

Result<DigitalOceanToken> FindDigitalOceanToken(const std::string& context,
                                                const Surroundings& surroundings) {
  const std::string path = DoctlFile(surroundings);
  if (!context.empty()) return FromDoctl(path, context, surroundings);
  for (const char* name : kVariables) {
    if (const auto token = surroundings.variable(name))
      return Checked(*token, std::string("environment: ") + name);
  }
  const Result<DigitalOceanToken> found = FromDoctl(path, "", surroundings);
  if (found) return found;
  return Denied(
      "none found. Tried environment: neither DIGITALOCEAN_TOKEN nor "
      "DIGITALOCEAN_ACCESS_TOKEN is set; " +
      found.error().text);
}

}  // namespace spillway
