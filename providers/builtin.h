// The providers and registrars there are: kind -> how its part of the configuration is read. The
// whole list stands in builtin.cc; a new one is a folder and a line there.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "providers/credential_sighting.h"
#include "providers/provider.h"
#include "providers/registrar.h"
#include "providers/surroundings.h"
#include "scaler/model/kinds.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/config_node.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

class SimulatedWorld;

// What a provider or registrar may need of the process. All outlive it.
struct PluginContext {
  const Clock& clock;
  HttpClient& http;
  std::uint64_t seed = 0;           // for what is simulated
  SimulatedWorld* world = nullptr;  // where what is simulated lives; needed for that alone
  Surroundings surroundings = ProcessSurroundings();
  // Takes what a plugin's own program says to its operator (standard error), a line at a time, with
  // the name of the account. From any thread; free of secrets that were given to it. Null: nobody
  // listens.
  std::function<void(const std::string& account, const std::string& line)> overheard = {};
};

// A configuration that was read, before anything is opened or asked: `check-config` stops here.
// Making may throw std::runtime_error (credentials not found, file not readable).
struct ParsedProvider {
  // The row of the product's matrix (model/kinds.h) that it keeps to: its kind, or for a
  // simulated one the kind it plays.
  std::string matrix_kind;
  std::function<std::unique_ptr<Provider>(const PluginContext&)> make;
  // What its machines can be made into, where the product's matrix has no row for it and the
  // configuration says so.
  std::vector<MatrixRow> own_rows = {};
  // Looks for the account's credentials where `make` would, opens nothing else and asks nobody.
  // Null: it needs none.
  std::function<CredentialSighting(const Surroundings&)> sight_credentials = {};
  // For `check-config`: reads the files in which the configuration goes on, and records what is
  // wrong with them in `node`, the account's. Null: there are none.
  std::function<void(const ConfigNode& node, const Surroundings&)> check_files = {};

  std::span<const MatrixRow> rows() const {
    return own_rows.empty() ? ProviderMatrix(matrix_kind) : own_rows;
  }
};

struct ProviderKind {
  std::string_view kind;
  // `name` is the account's name in the configuration. Errors are recorded in `node`.
  ParsedProvider (*parse)(const std::string& name, const ConfigNode& node);
  // For people, in `spillway providers`.
  std::string_view summary = {};      // "Amazon EC2, bare-metal and virtual instances"
  std::string_view idempotency = {};  // why a repeated create makes no second machine
  std::string_view billing = {};      // "by the second, a minute at least"
};

using MakeRegistrar = std::function<std::unique_ptr<Registrar>(const PluginContext&)>;

struct RegistrarKind {
  std::string_view kind;
  MakeRegistrar (*parse)(const std::string& name, const ConfigNode& node);
};

std::span<const ProviderKind> BuiltinProviders();
std::span<const RegistrarKind> BuiltinRegistrars();

}  // namespace spillway
