#include "scaler/cli/line/groups.h"
#include "scaler/cli/line/options.h"

namespace spillway {
namespace {

struct RunOptions {
  std::string config;
  bool verbose = false;
};

struct CheckConfigOptions {
  std::string config;
  OutputFormat output = OutputFormat::kText;
};

void DeclareRun(CommandLine& line) {
  auto [run, options] = line.Add<RunOptions>(
      line.program(), "run", "run the service",
      [](const RunOptions& typed) { return RunService(typed.config, typed.verbose); });
  AddConfig(run, options.config);
  run->add_flag("--verbose,-v", options.verbose,
                "log what is only of interest when looking for a fault");
}

void DeclareCheckConfig(CommandLine& line) {
  auto [check, options] = line.Add<CheckConfigOptions>(
      line.program(), "check-config", "check a configuration: all errors at once",
      [](const CheckConfigOptions& typed) { return CheckConfig(typed.config, typed.output); });
  check->add_option("file", options.config, "the configuration file")->required();
  AddOutput(check, options.output);
}

void DeclareConfig(CommandLine& line) {
  auto [config, options] = line.Add<ClusterOptions>(
      line.program(), "config", "the configuration that the service runs with, secrets hidden",
      ShowConfig);
  config->require_subcommand(0, 1);
  AddApi(config, options.api);
  AddOutput(config, options.output);
  auto [reload, typed] = line.Add<ActionOptions>(
      *config, "reload", "have the service read its configuration anew: all of it, or nothing",
      ReloadConfig);
  AddAction(reload, typed);
}

}  // namespace

void DeclareService(CommandLine& line) {
  DeclareRun(line);
  DeclareCheckConfig(line);
  DeclareConfig(line);
}

}  // namespace spillway
