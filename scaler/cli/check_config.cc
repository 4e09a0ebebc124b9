#include <fmt/core.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "providers/surroundings.h"
#include "scaler/app/app_config.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/config_errors.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"

namespace spillway {
namespace {

std::string ReportJson(const std::vector<ConfigError>& errors) {
  nlohmann::json list = nlohmann::json::array();
  for (const ConfigError& error : errors) {
    list.push_back({{"path", error.path}, {"line", error.line}, {"message", error.message}});
  }
  return JsonText({{"valid", errors.empty()}, {"errors", std::move(list)}});
}

// What policies say that are made of something outside, such as a script.
std::vector<ConfigError> PolicyErrors(const AppConfig& config) {
  std::vector<ConfigError> errors;
  for (std::size_t i = 0; i < config.clusters.size(); ++i) {
    for (std::size_t k = 0; k < config.policies[i].size(); ++k) {
      for (const PolicyNews& news : config.policies[i][k]->Refresh()) {
        if (!news.is_trouble) continue;
        const std::string policies = MemberPath(EntryPath("clusters", i), "policies");
        errors.push_back({EntryPath(policies, k), 0, news.text});
      }
    }
  }
  return errors;
}

}  // namespace

void PrintConfigErrors(const std::string& file, const std::vector<ConfigError>& errors) {
  for (const ConfigError& error : errors) fmt::print(stderr, "{}\n", Describe(error));
  fmt::print(stderr, "{}: {} error{}\n", file, errors.size(), errors.size() == 1 ? "" : "s");
}

int CheckConfig(const std::string& path, OutputFormat output) {
  const bool is_text = output == OutputFormat::kText;
  const Surroundings files = ProcessSurroundings();
  ReadConfigResult read = ReadConfigFile(path, &files);
  if (read.config) read.errors = PolicyErrors(*read.config);
  const bool is_flapping = read.config && read.errors.empty() &&
                           !(read.errors = PrintFlapping(*read.config, !is_text)).empty();
  if (!is_text) {
    Print(InFormat(output, ReportJson(read.errors)));
  } else if (!read.errors.empty() && !is_flapping) {
    PrintConfigErrors(path, read.errors);
  } else if (!is_flapping) {
    fmt::print("{}: good: {} cluster{}, {} provider{}, {} registrar{}\n", path,
               read.config->clusters.size(), read.config->clusters.size() == 1 ? "" : "s",
               read.config->providers.size(), read.config->providers.size() == 1 ? "" : "s",
               read.config->registrars.size(), read.config->registrars.size() == 1 ? "" : "s");
  }
  return read.errors.empty() ? kOk : kBadConfig;
}

}  // namespace spillway
