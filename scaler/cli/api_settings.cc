#include "scaler/cli/api_settings.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "scaler/cli/command_error.h"
#include "scaler/runtime/config_node.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

constexpr const char* kDefaultAddress = "http://127.0.0.1:9464";

// What api.yaml says; all empty where there is none.
struct ApiFile {
  std::string path;
  std::string address;
  Secret token;
  std::string ca_file;
};

std::string PathOf(const Surroundings& surroundings) {
  const auto folder = surroundings.variable("XDG_CONFIG_HOME");
  return (folder ? *folder : HomeFile(surroundings, ".config")) + "/spillway/api.yaml";
}

std::string ReadPrivate(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0) {
    throw CommandError(
        kBadConfig, path + ": everybody can read it; expected its owner alone: chmod 600 " + path);
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw CommandError(kBadConfig, path + " cannot be read");
  return text.str();
}

// A token is one word; what stands around it are line ends of an editor.
Secret TokenIn(const std::string& text, const std::string& where) {
  const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
  const auto begin = std::find_if_not(text.begin(), text.end(), is_space);
  const auto end = std::find_if(begin, text.end(), is_space);
  if (begin == end || !std::all_of(end, text.end(), is_space)) {
    throw CommandError(kBadConfig, where + ": expected a token, one word");
  }
  return Secret(std::string(begin, end));
}

std::string Address(std::string text, const std::string& where) {
  while (text.ends_with('/')) text.pop_back();
  const std::size_t host = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  const bool is_plain = text.find_first_of("?#@ ") == std::string::npos;
  if (host == 0 || host >= text.size() || !is_plain) {
    throw CommandError(kUsage, where + ": expected an address such as " + kDefaultAddress +
                                   " or https://spillway.example.org:9464");
  }
  return text;
}

ApiFile ReadApiFile(const std::string& path) {
  ApiFile file;
  file.path = path;
  if (!std::filesystem::exists(path)) return file;
  std::map<std::string, int> lines;
  nlohmann::json tree;
  try {
    tree = ReadYaml(ReadPrivate(path), lines);
  } catch (const CommandError&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw CommandError(kBadConfig, path + ": " + error.what());
  }
  ConfigDocument document(tree, std::move(lines));
  const ConfigNode root = document.Root();
  const std::string token = root.String("token").Or("");
  const std::string token_file = root.String("token_file").Or("");
  file.address = root.String("api").Or("");
  file.ca_file = root.String("ca_file").Or("");
  if (!token.empty() && !token_file.empty()) root.Fail("expected token or token_file, not both");
  root.Finish();
  for (const ConfigError& error : document.Errors()) {
    throw CommandError(kBadConfig, path + ": " + Describe(error));
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!file.address.empty()) file.address = Address(file.address, path + ": api");
  if (!file.ca_file.empty()) file.ca_file = folder / file.ca_file;
  if (!token.empty()) file.token = TokenIn(token, path + ": token");
  if (!token_file.empty()) {
    const std::string found = folder / token_file;
    file.token = TokenIn(ReadPrivate(found), found);
  }
  return file;
}

std::string FirstAddress(const ApiOptions& typed, const Surroundings& surroundings,
                         const ApiFile& file) {
  if (!typed.address.empty()) return Address(typed.address, "--api");
  if (const auto variable = surroundings.variable("SPILLWAY_API")) {
    return Address(*variable, "SPILLWAY_API");
  }
  return file.address.empty() ? kDefaultAddress : file.address;
}

Secret FirstToken(const ApiOptions& typed, const Surroundings& surroundings, const ApiFile& file,
                  bool is_of_file) {
  if (!typed.token_file.empty()) return TokenIn(ReadPrivate(typed.token_file), typed.token_file);
  if (const auto variable = surroundings.variable("SPILLWAY_TOKEN")) {
    return TokenIn(*variable, "SPILLWAY_TOKEN");
  }
  return is_of_file ? file.token : Secret();
}

[[noreturn]] void FailWithoutToken(const ApiFile& file, const std::string& address) {
  const std::string other = file.token.empty()
                                ? ""
                                : " (the one in " + file.path + " is for " +
                                      (file.address.empty() ? kDefaultAddress : file.address) + ")";
  throw CommandError(kFailed,
                     "there is no token for " + address + other +
                         "; `spillway tokens add NAME` on the service's machine makes one; "
                         "hand it over in SPILLWAY_TOKEN, with --token-file, or in " +
                         file.path);
}

}  // namespace

ApiSettings FindApi(const ApiOptions& typed, const Surroundings& surroundings) {
  const ApiFile file = ReadApiFile(PathOf(surroundings));
  ApiSettings settings;
  settings.address = FirstAddress(typed, surroundings, file);
  const bool is_of_file =
      settings.address == (file.address.empty() ? kDefaultAddress : file.address);
  settings.token = FirstToken(typed, surroundings, file, is_of_file);
  settings.ca_file =
      surroundings.variable("SPILLWAY_CA_FILE").value_or(is_of_file ? file.ca_file : "");
  if (settings.token.empty()) FailWithoutToken(file, settings.address);
  return settings;
}

bool IsApiNamed(const ApiOptions& typed, const Surroundings& surroundings) {
  return !typed.address.empty() || !typed.token_file.empty() ||
         surroundings.variable("SPILLWAY_API") || surroundings.variable("SPILLWAY_TOKEN") ||
         std::filesystem::exists(PathOf(surroundings));
}

}  // namespace spillway
