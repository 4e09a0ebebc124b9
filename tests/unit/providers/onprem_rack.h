// A rack for tests: the provider, fake BMCs and an SSH server behind it, and time that is driven.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "providers/onprem/onprem_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/fakes/redfish.h"
#include "tests/fakes/ssh_banner.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway::testing {

inline Surroundings RackPassword(const std::string& password) {
  return SurroundingsOf({{"RACK_PASSWORD", password}});
}

// Machines m0, m1, … of class "big" at site "fra", behind the BMCs of `bmcs`.
inline Inventory ARack(const fakes::FakeRedfish& bmcs, int machines, int ssh_port) {
  Inventory inventory;
  inventory.sites["fra"] = {"DE", Coordinates{50.1, 8.7}};
  inventory.classes["big"] = {.capacity = {96, 192 * 1024},
                              .price_per_hour = Money::FromDouble(0.4),
                              .hypervisors = ProviderMatrix("onprem").front().hypervisors};
  for (int i = 0; i < machines; ++i) {
    InventoryMachine machine;
    machine.name = "m" + std::to_string(i);
    machine.site = "fra";
    machine.machine_class = "big";
    machine.address = "127.0.1." + std::to_string(i + 1);
    machine.ssh_port = ssh_port;
    machine.power.method = PowerMethod::kRedfish;
    machine.power.url = bmcs.url(i);
    machine.power.user = "operator";
    machine.power.password.variable = "RACK_PASSWORD";
    inventory.machines.push_back(machine);
  }
  return inventory;
}

inline MachineSpec ARackSpec(const std::string& token) {
  MachineSpec spec;
  spec.token = token;
  spec.owner = "edge-deployment";
  spec.cluster = "edge";
  spec.host = "edge-" + token;
  spec.location = "fra";
  spec.plan = "big";
  spec.cluster_type = ClusterType::kMetal;
  spec.hypervisor = Hypervisor::kKvm;
  return spec;
}

struct Rack {
  explicit Rack(fakes::RedfishOptions options = {.machines = 2})
      : bmcs(options), password(options.password) {
    config.name = "rack";
    config.inventory = ARack(bmcs, options.machines, ssh.port());
    config.state = state.path();
    Restart();
  }

  // As after the death of the process: what is not on the disk is forgotten.
  void Restart() {
    provider.reset();
    provider = std::make_unique<OnpremProvider>(
        config,
        PluginContext{.clock = clock, .http = http, .surroundings = RackPassword(password)});
  }
  void Pass(Duration d) {
    clock.RunFor(d);
    bmcs.Advance(d);
  }
  Result<Machine> Create(const std::string& token) { return provider->Create(ARackSpec(token)); }
  Result<Machine> Find(const std::string& token) { return provider->Find(token, "fra", ""); }
  Result<Done> Delete(const Machine& machine) {
    return provider->Delete(machine.id, machine.location);
  }
  std::int64_t Stock() { return *provider->Offers()->offers.at(0).stock; }

  fakes::FakeRedfish bmcs;
  fakes::SshBanner ssh{"SSH-2.0-Fake", "0.0.0.0"};
  const std::string password;
  ScratchDir state;
  HttpClient http;
  SimulatedLoop clock{At(0s)};
  OnpremConfig config;
  std::unique_ptr<OnpremProvider> provider;
};

}  // namespace spillway::testing
