// An Equinix project for tests: the provider, a fake Metal API behind it, and time that is driven.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "providers/equinix/equinix_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/fakes/equinix.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway::testing {

inline constexpr const char* kEquinixKey = "4Fv9xY2mQ7equinixkeyZ1b8";

inline MachineSpec AnEquinixSpec(const std::string& token) {
  MachineSpec spec;
  spec.token = token;
  spec.owner = "edge-deployment";
  spec.cluster = "edge";
  spec.host = "edge-h1";
  spec.location = "fr";
  spec.plan = "c3.small.x86";
  spec.cluster_type = ClusterType::kMetal;
  spec.hypervisor = Hypervisor::kKvm;
  spec.user_data = "#cloud-config\npackages: [qemu-kvm]\n";
  return spec;
}

// Metros in Frankfurt and Silicon Valley.
struct EquinixAccount {
  explicit EquinixAccount(fakes::EquinixOptions options = {}) : metal(std::move(options)) {
    config.account.name = "metal";
    config.account.endpoint = metal.url();
    config.access.project = metal.options().project;
    config.metros = {"fr", "sv"};
    Open();
  }

  // The provider anew, with `config` as it is now.
  void Open() {
    provider = std::make_unique<EquinixProvider>(
        config, PluginContext{.clock = clock,
                              .http = http,
                              .surroundings = SurroundingsOf({{"METAL_AUTH_TOKEN", kEquinixKey}})});
  }

  fakes::FakeEquinix metal;
  HttpClient http;
  SimulatedLoop clock{At(0s)};
  EquinixConfig config;
  std::unique_ptr<EquinixProvider> provider;
};

}  // namespace spillway::testing
