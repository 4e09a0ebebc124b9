#include "providers/vultr/vultr_credentials.h"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "providers/rest/authorisation.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

constexpr const char* kVariable = "VULTR_API_KEY";

Error Denied(std::string text) {
  return {ErrorKind::kDenied, "vultr credentials", "", std::move(text)};
}

Result<VultrKey> Checked(const std::string& key, const std::string& place) {
  if (!key.empty() && FitsAHeader(key)) return VultrKey{Secret(key), place};
  return Denied(place + ": is empty or has characters that no key has (a space, a line end?)");
}

// What reading the file throws is not repeated: it may hold a part of the key.
Result<VultrKey> FromFile(const std::string& path, const Surroundings& surroundings) {
  const auto text = surroundings.file(path);
  if (!text) return Denied(path + ": cannot be read");
  try {
    std::map<std::string, int> lines;
    const nlohmann::json settings = ReadYaml(*text, lines);
    const auto key = settings.is_object() ? settings.find("api-key") : settings.end();
    if (key == settings.end()) return Denied(path + ": has no member api-key");
    if (!key->is_string()) return Denied(path + ": api-key is no text; put it into quotes");
    return Checked(key->get<std::string>(), path + ": api-key");
  } catch (const std::runtime_error&) {
    return Denied(path + ": is not YAML");
  }
}

}  // namespace

Result<VultrKey> FindVultrKey(const std::string& file, const Surroundings& surroundings) {
  if (!file.empty()) return FromFile(file, surroundings);
  const std::string variable = std::string("environment: ") + kVariable;
  if (const auto key = surroundings.variable(kVariable)) return Checked(*key, variable);
  const Result<VultrKey> found = FromFile(HomeFile(surroundings, ".vultr-cli.yaml"), surroundings);
  if (found) return found;
  return Denied("no API key found. Tried " + variable + " is not set; " + found.error().text);
}

}  // namespace spillway
