#include "providers/vultr/vultr_credentials.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

constexpr const char* kVariable = "VULTR_API_KEY";

Error Denied(std::string text) {
  return {ErrorKind::kDenied, "vultr credentials", "", std::move(text)};
}

// What is sent in a header must not end it.
Result<VultrKey> Checked(const std::string& key, const std::string& place) {
  const bool is_printable =
      std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!key.empty() && is_printable) return VultrKey{Secret(key), place};
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

VultrCredentials::VultrCredentials(std::string file, Surroundings surroundings)
    : file_(std::move(file)), surroundings_(std::move(surroundings)) {}

Result<SecretHeaders> VultrCredentials::Headers() {
  const std::lock_guard lock(mutex_);
  if (key_.empty()) {
    const Result<VultrKey> found = FindVultrKey(file_, surroundings_);
    if (!found) return found.error();
    key_ = found->key;
  }
  return SecretHeaders{{"Authorization", Secret("Bearer " + key_.Reveal())}};
}

bool VultrCredentials::Renew() {
  const std::lock_guard lock(mutex_);
  const Result<VultrKey> found = FindVultrKey(file_, surroundings_);
  if (!found || found->key.Reveal() == key_.Reveal()) return false;
  key_ = found->key;
  return true;
}

}  // namespace spillway
