#include "providers/equinix/equinix_credentials.h"

#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

// The file of metal-cli.
struct MetalFile {
  std::string path;
  nlohmann::json members;
  std::string problem;  // why it has none; empty: it has
};

MetalFile ReadMetalFile(const Surroundings& surroundings) {
  MetalFile file;
  file.path = surroundings.variable("METAL_CONFIG")
                  .value_or(HomeFile(surroundings, ".config/equinix/metal.yaml"));
  const std::optional<std::string> text = surroundings.file(file.path);
  if (!text) {
    file.problem = "cannot be read";
    return file;
  }
  try {
    std::map<std::string, int> lines;
    file.members = ReadYaml(*text, lines);
  } catch (const std::runtime_error&) {
    // The text of the exception may repeat a secret.
    file.problem = "is not YAML";
  }
  if (file.problem.empty() && !file.members.is_object()) file.problem = "has no members";
  return file;
}

struct Sight {
  std::string value;  // empty: nowhere
  std::string place;
};

// Looks through the environment, then the file; `tried` names the places that had nothing.
Sight Look(const Surroundings& surroundings, const MetalFile& file,
           std::initializer_list<const char*> variables, const std::string& member,
           std::string& tried) {
  for (const char* variable : variables) {
    if (const auto value = surroundings.variable(variable))
      return {*value, std::string("environment: ") + variable};
    tried += std::string(variable) + " is not set; ";
  }
  if (!file.problem.empty()) {
    tried += file.path + " " + file.problem;
    return {};
  }
  const auto value = file.members.find(member);
  if (value != file.members.end() && value->is_string())
    return {value->get<std::string>(), file.path};
  tried += file.path + " has no text `" + member + "`";
  return {};
}

Error Missing(const std::string& what, const std::string& tried) {
  return {ErrorKind::kDenied, "equinix credentials", "", "no " + what + " found. Tried " + tried};
}

}  // namespace

Result<EquinixAccess> FindEquinixAccess(const std::string& project,
                                        const Surroundings& surroundings) {
  const MetalFile file = ReadMetalFile(surroundings);
  EquinixAccess access;
  std::string tried;
  const Sight key =
      Look(surroundings, file, {"METAL_AUTH_TOKEN", "PACKET_AUTH_TOKEN"}, "token", tried);
  access.key = Secret(key.value);
  access.place = key.place;
  if (access.key.empty()) return Missing("key", tried);

  access.project = project;
  tried = "`project` of the configuration is not set; ";
  if (project.empty()) {
    access.project = Look(surroundings, file, {"METAL_PROJECT_ID"}, "project-id", tried).value;
  }
  if (access.project.empty()) return Missing("project", tried);
  return access;
}

}  // namespace spillway
