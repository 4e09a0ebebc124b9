// Where a secret of the configuration is found: never in the configuration itself.
#pragma once

#include <string>

#include "scaler/runtime/config_node.h"
#include "scaler/runtime/secret.h"

namespace spillway {

struct SecretSource {
  std::string variable{};  // of the environment
  std::string file{};

  bool IsGiven() const { return !variable.empty() || !file.empty(); }
  friend bool operator==(const SecretSource&, const SecretSource&) = default;
};

// {variable: NAME} or {file: PATH}. A missing node is no error and gives none.
SecretSource ParseSecretSource(const ConfigNode& node);

// What is there, without the white space at its end. Throws std::runtime_error when there is
// nothing: `what` it is ("the secret of the webhook chat") and where it was looked for.
Secret ReadSecret(const SecretSource& source, const std::string& what);

}  // namespace spillway
