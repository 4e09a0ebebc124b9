// The command line. The door for CLI11: what was typed becomes a plain options struct.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <functional>
#include <map>

#include "scaler/cli/commands.h"
#include "scaler/cli/stored_state.h"

namespace spillway {
namespace {

constexpr const char* kFooter =
    "Exit codes: 0 done; 1 it was tried and did not work; 2 the command line is wrong;\n"
    "3 the configuration is wrong; 4 what was asked for is not there.\n";

void AddOutput(CLI::App* command, OutputFormat& output) {
  static const std::map<std::string, OutputFormat> kFormats = {{"text", OutputFormat::kText},
                                                               {"json", OutputFormat::kJson}};
  command->add_option("--output,-o", output, "text (for people) or json (for scripts)")
      ->transform(CLI::CheckedTransformer(kFormats, CLI::ignore_case))
      ->default_str("text")
      ->option_text("text|json");
}

void AddStore(CLI::App* command, StoreOptions& options) {
  auto* config = command->add_option("--config,-c", options.config,
                                     "the service's configuration, which names the store");
  command->add_option("--store", options.store, "the store's file")->excludes(config);
  AddOutput(command, options.output);
}

int Main(int argc, char** argv) {
  CLI::App app{"Spillway bursts edge clusters onto clouds when they run over, and shrinks them."};
  app.name("spillway");
  app.footer(kFooter);
  app.require_subcommand(1);
  std::function<int()> chosen;
  std::string config;
  bool verbose = false;
  OutputFormat output = OutputFormat::kText;
  StoreOptions store;
  PlanOptions plan;
  DemoOptions demo;
  std::string host;
  bool with_gone = false;
  std::string decision = "latest";

  CLI::App* run = app.add_subcommand("run", "run the service");
  run->add_option("--config,-c", config, "the configuration file")->required();
  run->add_flag("--verbose,-v", verbose, "log what is only of interest when looking for a fault");
  run->callback([&] { chosen = [&] { return RunService(config, verbose); }; });

  CLI::App* check = app.add_subcommand("check-config", "check a configuration: all errors at once");
  check->add_option("file", config, "the configuration file")->required();
  AddOutput(check, output);
  check->callback([&] { chosen = [&] { return CheckConfig(config, output); }; });

  CLI::App* status = app.add_subcommand("status", "what the clusters have and want");
  AddStore(status, store);
  status->callback([&] { chosen = [&] { return ShowStatus(store); }; });

  CLI::App* hosts = app.add_subcommand("hosts", "every host, where it stands and why");
  AddStore(hosts, store);
  hosts->add_option("host", host, "one of them, with what was looked at to know it ready");
  hosts->add_flag("--gone", with_gone, "also those that are gone");
  hosts->callback([&] { chosen = [&] { return ShowHosts(store, host, with_gone); }; });

  CLI::App* explain = app.add_subcommand("explain", "a decision with everything it was made of");
  explain->add_option("decision", decision, "its id, or \"latest\"")->capture_default_str();
  AddStore(explain, store);
  explain->callback([&] { chosen = [&] { return Explain(store, decision); }; });

  CLI::App* dry = app.add_subcommand("plan", "what it would do now, and why; touches nothing");
  dry->add_option("--config,-c", plan.config, "the configuration file")->required();
  dry->add_option("--samples", plan.samples,
                  "samples as on the bus, one JSON object or array a line; default: the signals "
                  "that the service saw last");
  AddOutput(dry, plan.output);
  dry->callback([&] { chosen = [&] { return ShowPlan(plan); }; });

  CLI::App* play = app.add_subcommand("demo", "a day of bursting in about a minute, simulated");
  play->add_option("--speed", demo.speed, "how much faster than real time the day runs")
      ->check(CLI::Range(1.0, 7200.0))
      ->capture_default_str();
  play->add_option("--trace", demo.trace, "play this load instead: CSV timestamp_s,value");
  play->add_option("--peak-hosts", demo.peak_hosts, "hosts that the highest load needs")
      ->check(CLI::Range(1, 40))
      ->capture_default_str();
  play->add_option("--seed", demo.seed, "of the noise and the simulated clouds")
      ->capture_default_str();
  play->callback([&] { chosen = [&] { return Demo(demo); }; });

  CLI::App* version = app.add_subcommand("version", "the version of this program");
  AddOutput(version, output);
  version->callback([&] {
    chosen = [&] {
      const bool is_json = output == OutputFormat::kJson;
      fmt::print("{}{}{}\n", is_json ? "{\"version\": \"" : "spillway ", SPILLWAY_VERSION,
                 is_json ? "\"}" : "");
      return static_cast<int>(kOk);
    };
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  try {
    return chosen();
  } catch (const CommandError& error) {
    fmt::print(stderr, "spillway: {}\n", error.what());
    return error.code();
  } catch (const std::exception& error) {
    fmt::print(stderr, "spillway: {}\n", error.what());
    return kFailed;
  }
}

}  // namespace
}  // namespace spillway

int main(int argc, char** argv) { return spillway::Main(argc, argv); }
