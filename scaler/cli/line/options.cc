#include "scaler/cli/line/options.h"

#include <cstdlib>
#include <map>

#include "scaler/model/rfc3339.h"
#include "scaler/runtime/units.h"

namespace spillway {
namespace {

double ReadShare(const std::string& text) {
  char* end = nullptr;
  double share = std::strtod(text.c_str(), &end);
  const std::string unit = end;
  if (unit == "%") share /= 100;
  const bool is_read = end != text.c_str() && (unit.empty() || unit == "%");
  if (!is_read || !(share >= 0 && share < 1)) throw Expected("a share such as 0.5% or 0.005", text);
  return share;
}

}  // namespace

void AddOutput(CLI::App* command, OutputFormat& output) {
  static const std::map<std::string, OutputFormat> kFormats = {{"text", OutputFormat::kText},
                                                               {"table", OutputFormat::kText},
                                                               {"json", OutputFormat::kJson},
                                                               {"yaml", OutputFormat::kYaml}};
  command->add_option("--output,-o", output, "text (for people), json or yaml (for scripts)")
      ->transform(CLI::CheckedTransformer(kFormats, CLI::ignore_case))
      ->default_str("text")
      ->option_text("text|json|yaml");
}

void AddStore(CLI::App* command, StoreOptions& options) {
  auto* config = command->add_option("--config,-c", options.config,
                                     "the service's configuration, which names the store");
  command->add_option("--store", options.store, "the store's file")->excludes(config);
  AddOutput(command, options.output);
}

void AddApi(CLI::App* command, ApiOptions& options) {
  command
      ->add_option(
          "--api", options.address,
          "where the service's API is; default: SPILLWAY_API, ~/.config/spillway/api.yaml, "
          "http://127.0.0.1:9464")
      ->option_text("URL");
  command
      ->add_option("--token-file", options.token_file,
                   "a file with the token; default: SPILLWAY_TOKEN, ~/.config/spillway/api.yaml")
      ->option_text("FILE");
}

void AddAction(CLI::App* command, ActionOptions& options) {
  command->add_option("--reason", options.reason, "why, for those who read the audit log")
      ->option_text("TEXT");
  command->add_flag("--dry-run", options.is_dry_run, "only tell what would follow");
  command->add_flag("--yes,-y", options.is_sure,
                    "do not ask before machines are given back, which is asked at a terminal");
  AddApi(command, options.api);
  AddOutput(command, options.output);
}

void AddStoreOrApi(CLI::App* command, StoreOptions& store, ApiOptions& api) {
  AddApi(command, api);
  CLI::Option* address = command->get_option("--api");
  CLI::Option* config =
      command
          ->add_option("--config,-c", store.config,
                       "read the store that this configuration of a service names, and not the API")
          ->excludes(address);
  command->add_option("--store", store.store, "read this store, and not the API")
      ->excludes(address)
      ->excludes(config);
  AddOutput(command, store.output);
}

void AddConfig(CLI::App* command, std::string& config) {
  command->add_option("--config,-c", config, "the configuration file")->required();
}

CLI::ValidationError Expected(const std::string& what, const std::string& got) {
  return CLI::ValidationError("expected " + what + ", got \"" + got + "\"");
}

void AddDuration(CLI::App* command, const std::string& name, Duration& to,
                 const std::string& help) {
  command
      ->add_option_function<std::string>(
          name,
          [&to](const std::string& text) {
            const auto read = ParseDuration(text);
            if (!read || *read <= Duration(0)) throw Expected("a duration such as 90s", text);
            to = *read;
          },
          help)
      ->option_text("DURATION");
}

void AddShare(CLI::App* command, const std::string& name, double& to, const std::string& help) {
  command
      ->add_option_function<std::string>(
          name, [&to](const std::string& text) { to = ReadShare(text); }, help)
      ->option_text("SHARE");
}

void AddTime(CLI::App* command, const std::string& name, std::optional<Time>& to,
             const std::string& help) {
  command
      ->add_option_function<std::string>(
          name,
          [&to](const std::string& text) {
            to = ParseRfc3339(text);
            if (!to) throw Expected("a time such as 2026-03-02T18:00:00Z", text);
          },
          help)
      ->option_text("TIME");
}

}  // namespace spillway
