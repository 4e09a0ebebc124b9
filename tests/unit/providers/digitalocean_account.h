// A DigitalOcean account for tests: the provider, a fake DigitalOcean behind it, and time that is
// driven.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "providers/digitalocean/digitalocean_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/fakes/digitalocean.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway::testing {

inline constexpr const char* kDigitalOceanToken = "dop_v1_c0ffee0123456789";

inline MachineSpec ADropletSpec(const std::string& token) {
  MachineSpec spec;
  spec.token = token;
  spec.owner = "edge-deployment";
  spec.cluster = "edge";
  spec.host = "edge-h1";
  spec.location = "fra1";
  spec.plan = "s-4vcpu-8gb";
  spec.user_data = "#cloud-config\npackages: [lxc]\n";
  return spec;
}

inline MachineSpec Repeated(MachineSpec spec) {
  spec.is_repeated = true;
  return spec;
}

// Places in Frankfurt and Amsterdam.
inline DigitalOceanConfig ADigitalOceanConfig(const std::string& endpoint) {
  DigitalOceanConfig config;
  config.account.name = "do";
  config.account.endpoint = endpoint;
  config.places = {{"fra1", "5a4981aa-9653-4bd1-bef5-d6bff52042e4"}, {"ams3", ""}};
  config.ssh_keys = {"289794", "3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45"};
  return config;
}

struct DigitalOceanWorld {
  explicit DigitalOceanWorld(fakes::DigitalOceanOptions options = {})
      : cloud(std::move(options)), config(ADigitalOceanConfig(cloud.url())) {
    Open();
  }

  // The provider anew, as after a restart: with `config`, and knowing nothing.
  void Open() {
    provider = std::make_unique<DigitalOceanProvider>(
        config, PluginContext{
                    .clock = clock,
                    .http = http,
                    .surroundings = SurroundingsOf({{"DIGITALOCEAN_TOKEN", kDigitalOceanToken}})});
  }

  // Time passes for both sides.
  void RunFor(Duration d) {
    clock.RunFor(d);
    cloud.Advance(d);
  }

  fakes::FakeDigitalOcean cloud;
  DigitalOceanConfig config;
  HttpClient http;
  SimulatedLoop clock{At(0s)};
  std::unique_ptr<DigitalOceanProvider> provider;
};

}  // namespace spillway::testing
