#include "providers/equinix/equinix_config.h"

#include <algorithm>
#include <memory>
#include <set>

#include "providers/equinix/equinix_credentials.h"
#include "providers/equinix/equinix_provider.h"

namespace spillway {
namespace {

bool IsMetroCode(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

std::vector<std::string> ReadMetros(const ConfigNode& node) {
  std::vector<std::string> metros;
  const std::vector<ConfigNode> entries = node.List("metros");
  if (entries.empty()) node["metros"].Fail("is required: a list with at least one metro");
  for (const ConfigNode& entry : entries) {
    const std::string metro = entry.AsString();
    if (!IsMetroCode(metro)) {
      entry.Fail("expected the code of a metro such as fr, got \"" + metro + "\"");
    } else if (std::find(metros.begin(), metros.end(), metro) != metros.end()) {
      entry.Fail("\"" + metro + "\" stands twice");
    }
    metros.push_back(metro);
  }
  return metros;
}

}  // namespace

EquinixConfig ReadEquinixConfig(const std::string& name, const ConfigNode& node) {
  EquinixConfig config;
  config.account = ReadAccount(name, node);
  config.ca_file = node.String("ca_file").Or("");
  config.access.project = node.String("project").Or("");
  config.access.file = node.String("credentials_file").Or("");
  config.metros = ReadMetros(node);
  config.plans = node.Strings("plans").Or({});
  config.operating_system = node.String("operating_system").Or(config.operating_system);
  config.project_ssh_keys = node.Strings("project_ssh_keys").Or({});
  config.user_ssh_keys = node.Strings("user_ssh_keys").Or({});
  for (const auto& [plan, unused] : node.Members("vcpu")) {
    config.vcpu[plan] = node["vcpu"].Integer(plan).AtLeast(1).Or(std::int64_t{1});
  }
  config.device_quota = node.Integer("device_quota").AtLeast(0).Optional();
  config.terminate_after =
      node.DurationOf("terminate_after").AtLeast(std::chrono::hours(1)).Optional();
  return config;
}

ParsedProvider ParseEquinixProvider(const std::string& name, const ConfigNode& node) {
  // std::function must be copyable and may be called twice, hence the copies of the configuration.
  const EquinixConfig config = ReadEquinixConfig(name, node);
  return {
      .matrix_kind = "equinix",
      .make =
          [config](const PluginContext& context) {
            return std::unique_ptr<Provider>(std::make_unique<EquinixProvider>(config, context));
          },
      .sight_credentials =
          [options = config.access](const Surroundings& surroundings) {
            const auto access = FindEquinixAccess(options, surroundings);
            return access ? SightingOf(access->place) : SightingOf(access.error());
          }};
}

}  // namespace spillway
