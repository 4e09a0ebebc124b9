#include "providers/equinix/equinix_credentials.h"

#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "providers/rest/authorisation.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

// The file of metal-cli.
struct MetalFile {
  std::string path;
  nlohmann::json members;
  std::string problem;  // why it has none; empty: it has
};

MetalFile ReadMetalFile(const std::string& path, const Surroundings& surroundings) {
  MetalFile file;
  file.path = path;
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

// Looks through the environment and the file; `tried` names the places that had nothing.
class Places {
 public:
  Places(const std::string& named_file, const Surroundings& surroundings)
      : surroundings_(surroundings),
        only_file_(!named_file.empty()),
        file_(ReadMetalFile(only_file_ ? named_file : UsualFile(surroundings), surroundings)) {}

  Sight Look(std::initializer_list<std::string> variables, const std::string& member,
             std::string& tried) const {
    for (const std::string& variable : variables) {
      if (only_file_) break;
      if (const auto value = surroundings_.variable(variable)) {
        return {*value, "environment: " + variable};
      }
      tried += variable + " is not set; ";
    }
    if (!file_.problem.empty()) {
      tried += file_.path + " " + file_.problem;
      return {};
    }
    const auto value = file_.members.find(member);
    if (value != file_.members.end() && value->is_string()) {
      return {value->get<std::string>(), file_.path + ": " + member};
    }
    tried += file_.path + " has no text `" + member + "`";
    return {};
  }

 private:
  static std::string UsualFile(const Surroundings& surroundings) {
    const auto named = surroundings.variable("METAL_CONFIG");
    return named ? *named : HomeFile(surroundings, ".config/equinix/metal.yaml");
  }

  const Surroundings& surroundings_;
  const bool only_file_;
  const MetalFile file_;
};

Error Denied(std::string text) {
  return {ErrorKind::kDenied, "equinix credentials", "", std::move(text)};
}

}  // namespace

Result<EquinixAccess> FindEquinixAccess(const EquinixAccessOptions& options,
                                        const Surroundings& surroundings) {
  const Places places(options.file, surroundings);
  std::string tried;
  const Sight key = places.Look({"METAL_AUTH_TOKEN", "PACKET_AUTH_TOKEN"}, "token", tried);
  if (key.value.empty()) return Denied("no key found. Tried " + tried);
  if (!FitsAHeader(key.value)) {
    return Denied(key.place + ": has characters that no key has (a space, a line end?)");
  }
  EquinixAccess access{Secret(key.value), options.project, key.place};
  if (!access.project.empty()) return access;

  tried = "`project` of the configuration is not set; ";
  access.project = places.Look({"METAL_PROJECT_ID"}, "project-id", tried).value;
  if (access.project.empty()) return Denied("no project found. Tried " + tried);
  return access;
}

}  // namespace spillway
