#include "providers/onprem/onprem_config.h"

#include <memory>

#include "providers/account_config.h"
#include "providers/onprem/onprem_provider.h"

namespace spillway {
namespace {

void ReadLimits(const ConfigNode& node, OnpremConfig& config) {
  const auto limit = [&node](const char* key, Duration& value) {
    value = node.DurationOf(key).Above(Duration(0)).Or(value);
  };
  limit("power_on_limit", config.power_on_limit);
  limit("boot_limit", config.boot_limit);
  limit("shutdown_limit", config.shutdown_limit);
  const ConfigNode set_aside = node["set_aside"];
  config.set_aside_first =
      set_aside.DurationOf("first").Above(Duration(0)).Or(config.set_aside_first);
  config.set_aside_longest =
      set_aside.DurationOf("longest").AtLeast(config.set_aside_first).Or(config.set_aside_longest);
  set_aside.Finish();
}

}  // namespace

OnpremConfig ReadOnpremConfig(const std::string& name, const ConfigNode& node) {
  OnpremConfig config;
  config.name = name;
  config.state = node.String("state").Required();
  config.inventory_file = node.String("inventory").Or("");
  if (config.inventory_file.empty()) {
    config.inventory = ReadInventory(node);
  } else if (node.Has("machines")) {
    node["inventory"].Fail("expected either a file or machines right here");
  }
  ReadLimits(node, config);
  config.create_budget = ReadCreateBudget(node["create_budget"], config.create_budget);
  config.parallel_calls = node.Integer("parallel_calls").Between(1, 64).Or(config.parallel_calls);
  config.call_time_limit = node.DurationOf("call_time_limit")
                               .Between(std::chrono::milliseconds(100), std::chrono::minutes(10))
                               .Or(config.call_time_limit);
  return config;
}

ParsedProvider ParseOnpremProvider(const std::string& name, const ConfigNode& node) {
  // std::function must be copyable and may be called twice, hence the copies of the configuration.
  const OnpremConfig config = ReadOnpremConfig(name, node);
  return {.matrix_kind = "onprem",
          .make =
              [config](const PluginContext& context) {
                return std::unique_ptr<Provider>(std::make_unique<OnpremProvider>(config, context));
              },
          .sight_credentials =
              [config](const Surroundings& surroundings) {
                return SightBmcPasswords(config, surroundings);
              },
          .check_files =
              [file = config.inventory_file](const ConfigNode& provider,
                                             const Surroundings& surroundings) {
                if (file.empty()) return;
                for (const std::string& error : ReadInventoryFile(file, surroundings).errors) {
                  provider["inventory"].Fail(error);
                }
              }};
}

}  // namespace spillway
