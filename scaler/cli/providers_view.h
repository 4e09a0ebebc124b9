// `spillway providers`: the drivers there are, the accounts of a configuration, and whether these
// can be used.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "providers/builtin.h"
#include "scaler/cli/account_check.h"
#include "scaler/cli/terminal_text.h"

namespace spillway {

struct AccountRow {
  std::string name;  // in the configuration
  std::string kind;  // of its driver
  std::vector<MatrixRow> rows;
  CredentialSighting credentials;
};

std::string ProvidersView(std::span<const ProviderKind> drivers,
                          std::span<const AccountRow> accounts, const TextStyle& style);

// {"drivers": [{"kind", "summary", "hosts", "idempotency", "billing"}], "accounts": [{"name",
// "kind", "hosts", "credentials": {"state", "where"}}]}; "hosts" is {"metal": […], "virtual": […]},
// null where the configuration says it.
std::string ProvidersJson(std::span<const ProviderKind> drivers,
                          std::span<const AccountRow> accounts);

std::string ChecksView(std::span<const AccountCheck> checks, const TextStyle& style);

// [{"account", "passed", "steps": [{"name", "passed", "text", "remarks"}]}]
std::string ChecksJson(std::span<const AccountCheck> checks);

}  // namespace spillway
