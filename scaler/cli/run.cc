#include <fmt/core.h>

#include <cstdio>

#include "scaler/app/service.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/config_errors.h"

namespace spillway {

int RunService(const std::string& path, bool verbose) {
  ReadConfigResult read = ReadConfigFile(path);
  if (!read.config) {
    PrintConfigErrors(path, read.errors);
    return kBadConfig;
  }
  if (!PrintFlapping(*read.config, /*is_silent=*/false).empty()) return kBadConfig;
  ProtectProcess();
  Log log(verbose ? LogLevel::kDebug : LogLevel::kInfo, read.config->log_format);
  const SystemClock clock;
  try {
    Service service(std::move(*read.config), clock, log);
    for (const std::string& address : service.inbound_addresses()) {
      log.Info("bus.listening", {{"address", address}});
    }
    for (const std::string& address : service.outbound_addresses()) {
      log.Info("bus.publishing", {{"address", address}});
    }
    for (const std::string& address : service.policy_addresses()) {
      log.Info("bus.policies_listening", {{"address", address}});
    }
    log.Info("serve.listening", {{"port", service.http_port()}});
    if (const auto port = service.adapters_port())
      log.Info("adapters.listening", {{"port", *port}});
    service.Run();
    log.Info("app.stopped", {{"hosts_left_as_they_are", service.fleet().size()}});
  } catch (const std::exception& error) {
    log.Error("app.failed", {{"error", error.what()}});
    return kFailed;
  }
  return kOk;
}

}  // namespace spillway
