// An AWS account for tests: the provider, a fake EC2 behind it, and time that is driven.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "providers/aws/aws_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/fakes/ec2.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway::testing {

inline constexpr const char* kAwsSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

inline Surroundings KeysInTheEnvironment() {
  return SurroundingsOf({{"AWS_ACCESS_KEY_ID", "AKIATEST"}, {"AWS_SECRET_ACCESS_KEY", kAwsSecret}});
}

inline Surroundings RoleOfTheMachine() { return SurroundingsOf({}); }

inline AwsPlace APlace(const std::string& region) {
  AwsPlace place;
  place.region = region;
  place.image = "ami-x86";
  place.image_arm64 = "ami-arm";
  return place;
}

inline MachineSpec ASpec(const std::string& token) {
  MachineSpec spec;
  spec.token = token;
  spec.owner = "edge-deployment";
  spec.cluster = "edge";
  spec.host = "edge-h1";
  spec.location = "eu-central-1";
  spec.plan = "c5.metal";
  spec.cluster_type = ClusterType::kMetal;
  spec.hypervisor = Hypervisor::kKvm;
  spec.user_data = "#cloud-config\npackages: [qemu-kvm]\n";
  return spec;
}

// Places in Frankfurt and Dublin.
inline AwsConfig InFrankfurtAndDublin() {
  AwsConfig config;
  config.places = {APlace("eu-central-1"), APlace("eu-west-1")};
  config.quota_vcpu = {{"eu-central-1", 192}, {"eu-west-1", 192}};
  return config;
}

struct Account {
  explicit Account(fakes::Ec2Options options = {},
                   Surroundings surroundings = KeysInTheEnvironment())
      : Account(InFrankfurtAndDublin(), std::move(surroundings), std::move(options)) {}

  // Of an account of this configuration, whose name and endpoints are given here.
  explicit Account(const AwsConfig& wanted, Surroundings surroundings = KeysInTheEnvironment(),
                   fakes::Ec2Options options = {})
      : ec2(std::move(options)), config(wanted) {
    config.account.name = "aws";
    config.account.endpoint = ec2.url();
    config.metadata_endpoint = ec2.url();
    provider = std::make_unique<AwsProvider>(
        config, PluginContext{.clock = clock, .http = http, .surroundings = surroundings});
  }

  fakes::FakeEc2 ec2;
  AwsConfig config;
  HttpClient http;
  SimulatedLoop clock{At(0s)};
  std::unique_ptr<AwsProvider> provider;
};

}  // namespace spillway::testing
