#include "providers/vultr/vultr_config.h"

#include <algorithm>
#include <memory>
#include <set>

#include "providers/vultr/vultr_credentials.h"
#include "providers/vultr/vultr_provider.h"
#include "providers/vultr/vultr_regions.h"

namespace spillway {
namespace {

void ReadRegions(const ConfigNode& node, VultrConfig& config) {
  config.regions = node.Strings("regions").Required();
  if (node.Has("regions") && config.regions.empty()) {
    node["regions"].Fail("expected at least one region, such as fra");
  }
  std::set<std::string> seen;
  for (const std::string& region : config.regions) {
    if (!IsVultrRegionId(region)) {
      node["regions"].Fail("expected ids of regions such as fra, got \"" + region + "\"");
    }
    if (!seen.insert(region).second) node["regions"].Fail("\"" + region + "\" stands twice");
  }
}

void ReadImage(const ConfigNode& node, VultrConfig& config) {
  config.os = node.String("os").Or(config.os);
  config.os_id = node.Integer("os_id").AtLeast(1).Or(config.os_id);
  config.snapshot = node.String("snapshot").Or("");
  if (node.Has("os") + node.Has("os_id") + node.Has("snapshot") > 1) {
    node.Fail("expected one of os, os_id and snapshot: machines boot from one thing");
  }
  if (node.Has("os") && config.os.empty()) {
    node["os"].Fail("expected the name of an operating system, such as Debian 12 x64");
  }
}

void ReadLimits(const ConfigNode& node, VultrConfig& config) {
  const ConfigNode limits = node["limits"];
  config.most_instances = limits.Integer("instances").AtLeast(0).Optional();
  config.most_bare_metals = limits.Integer("bare_metals").AtLeast(0).Optional();
  limits.Finish();
}

}  // namespace

VultrConfig ReadVultrConfig(const std::string& name, const ConfigNode& node) {
  VultrConfig config;
  config.account = ReadAccount(name, node);
  if (!config.account.public_address) {
    node["address"].Fail(
        "expected public: bare metal at Vultr shows no private address, and VPCs are not "
        "supported");
  }
  config.credentials_file = node.String("credentials_file").Or("");
  ReadRegions(node, config);
  ReadImage(node, config);
  config.plans = node.Strings("plans").Or({});
  config.ssh_keys = node.Strings("ssh_keys").Or({});
  config.firewall_group = node.String("firewall_group").Or("");
  config.disks =
      node.OneOf<std::string>("disks", {{"raid1", "raid1"}, {"jbod", "jbod"}, {"none", "none"}})
          .Or("");
  config.hours_per_month =
      node.Integer("hours_per_month").Between(1, 744).Or(config.hours_per_month);
  ReadLimits(node, config);
  return config;
}

ParsedProvider ParseVultrProvider(const std::string& name, const ConfigNode& node) {
  // std::function must be copyable and may be called twice, hence the copies of the configuration.
  const VultrConfig config = ReadVultrConfig(name, node);
  return {.matrix_kind = "vultr",
          .make =
              [config](const PluginContext& context) {
                return std::unique_ptr<Provider>(std::make_unique<VultrProvider>(config, context));
              },
          .sight_credentials =
              [file = config.credentials_file](const Surroundings& surroundings) {
                const auto key = FindVultrKey(file, surroundings);
                return key ? SightingOf(key->place) : SightingOf(key.error());
              }};
}

}  // namespace spillway
