// A Vultr account for tests: the provider, a fake Vultr behind it, and time that is driven.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "providers/flat_tags.h"
#include "providers/vultr/vultr_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/fakes/vultr.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway::testing {

inline constexpr const char* kVultrKey = "VULTRKEYVULTRKEYVULTRKEYVULTRKEY";

inline Surroundings VultrKeyInTheEnvironment() {
  return SurroundingsOf({{"VULTR_API_KEY", kVultrKey}});
}

inline MachineSpec AVultrInstance(const std::string& token) {
  MachineSpec spec;
  spec.token = token;
  spec.owner = "edge-deployment";
  spec.cluster = "edge";
  spec.host = "edge-h1";
  spec.location = "fra";
  spec.plan = "vc2-4c-8gb";
  spec.cluster_type = ClusterType::kVirtual;
  spec.hypervisor = Hypervisor::kLxc;
  spec.user_data = "#cloud-config\npackages: [lxc]\n";
  return spec;
}

inline MachineSpec AVultrMetal(const std::string& token) {
  MachineSpec spec = AVultrInstance(token);
  spec.plan = "vbm-8c-132gb-v2";
  spec.cluster_type = ClusterType::kMetal;
  spec.hypervisor = Hypervisor::kKvm;
  return spec;
}

// Frankfurt and Amsterdam; change the configuration by a function of it.
struct VultrTestAccount {
  explicit VultrTestAccount(fakes::VultrOptions options = {},
                            const std::function<void(VultrConfig&)>& change = nullptr)
      : vultr(With(std::move(options), kVultrKey)) {
    VultrConfig config;
    config.account.name = "vultr";
    config.account.endpoint = vultr.url();
    config.regions = {"fra", "ams"};
    if (change) change(config);
    provider = std::make_unique<VultrProvider>(
        config, PluginContext{.clock = clock,
                              .http = http,
                              .seed = 0,
                              .world = nullptr,
                              .surroundings = VultrKeyInTheEnvironment()});
  }

  static fakes::VultrOptions With(fakes::VultrOptions options, const std::string& key) {
    options.api_key = key;
    return options;
  }
  void Pass(Duration time) {
    clock.RunFor(time);
    vultr.Advance(time);
  }

  fakes::FakeVultr vultr;
  HttpClient http;
  SimulatedLoop clock{At(0s)};
  std::unique_ptr<VultrProvider> provider;
};

}  // namespace spillway::testing
