#include <nlohmann/json.hpp>

#include "scaler/app/app_config.h"
#include "scaler/cli/accounts_view.h"
#include "scaler/cli/api_client.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/config_errors.h"
#include "scaler/cli/output.h"
#include "scaler/cli/outside.h"
#include "scaler/cli/providers_view.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/stored_state.h"
#include "scaler/runtime/clock.h"

namespace spillway {
namespace {

std::vector<AccountRow> AccountsOf(const AppConfig& config) {
  const Surroundings surroundings = ProcessSurroundings();
  std::vector<AccountRow> rows;
  for (const auto& [name, provider] : config.providers) {
    const std::span<const MatrixRow> matrix = provider.rows();
    rows.push_back({name,
                    config.provider_types.at(name),
                    {matrix.begin(), matrix.end()},
                    provider.sight_credentials ? provider.sight_credentials(surroundings)
                                               : CredentialSighting{}});
  }
  return rows;
}

std::string NamesOf(const AppConfig& config) {
  std::string names;
  for (const auto& [name, unused] : config.providers) names += (names.empty() ? "" : ", ") + name;
  return names;
}

int ShowAsked(const ProvidersOptions& options) {
  ApiClient client(ApiOf(options.api));
  const nlohmann::json providers = client.List(ApiPath({"providers"}));
  Print(options.output != OutputFormat::kText
            ? InFormat(options.output, JsonText(providers))
            : Understood(client, [&] {
                return AccountsView(providers, SystemClock().Now(), StyleOfStdout());
              }));
  return kOk;
}

}  // namespace

int ShowProviders(const ProvidersOptions& options) {
  const bool is_asked = options.config.empty() && !options.of_program &&
                        IsApiNamed(options.api, ProcessSurroundings());
  if (is_asked) return ShowAsked(options);
  std::vector<AccountRow> accounts;
  if (!options.config.empty()) {
    const ReadConfigResult read = ReadConfigFile(options.config);
    if (!read.config) {
      PrintConfigErrors(options.config, read.errors);
      return kBadConfig;
    }
    accounts = AccountsOf(*read.config);
  }
  Print(options.output != OutputFormat::kText
            ? InFormat(options.output, ProvidersJson(BuiltinProviders(), accounts))
            : ProvidersView(BuiltinProviders(), accounts, StyleOfStdout()));
  return kOk;
}

int TestProviders(const ProvidersOptions& options) {
  const ReadConfigResult read = ReadConfigFile(options.config);
  if (!read.config) {
    PrintConfigErrors(options.config, read.errors);
    return kBadConfig;
  }
  const AppConfig& config = *read.config;
  if (!options.account.empty() && !config.providers.contains(options.account)) {
    throw CommandError(kNothingThere, "there is no provider \"" + options.account + "\" in " +
                                          options.config + ", but " + NamesOf(config));
  }
  const std::string owner = OpenStoredOrEmpty(config.store)->DeploymentId();
  Outside outside;
  std::vector<AccountCheck> checks;
  for (const auto& [name, provider] : config.providers) {
    if (!options.account.empty() && name != options.account) continue;
    checks.push_back(CheckAccount(name, provider, outside.context(), owner));
  }
  Print(options.output != OutputFormat::kText ? InFormat(options.output, ChecksJson(checks))
                                              : ChecksView(checks, StyleOfStdout()));
  const bool all_passed = std::all_of(checks.begin(), checks.end(),
                                      [](const AccountCheck& check) { return check.passed(); });
  return all_passed ? kOk : kFailed;
}

}  // namespace spillway
