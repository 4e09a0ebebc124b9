// A Google Cloud project for tests: the provider, a fake Compute Engine behind it, and time that is
// driven.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "providers/google/google_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/fakes/google.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway::testing {

inline Surroundings WithServiceAccount(const fakes::FakeGoogle& google) {
  return SurroundingsOf({{"GOOGLE_APPLICATION_CREDENTIALS", "/keys/google.json"}},
                        {{"/keys/google.json", google.ServiceAccountFile()}});
}

inline GooglePlace AGooglePlace(const std::string& zone) {
  GooglePlace place;
  place.zone = zone;
  return place;
}

inline MachineSpec AGoogleSpec(const std::string& token) {
  MachineSpec spec;
  spec.token = token;
  spec.owner = "edge-deployment";
  spec.cluster = "edge";
  spec.host = "edge-h1";
  spec.location = "europe-west3-a";
  spec.plan = "e2-standard-4";
  spec.cluster_type = ClusterType::kVirtual;
  spec.hypervisor = Hypervisor::kLxc;
  spec.user_data = "#cloud-config\npackages: [lxc]\n";
  return spec;
}

// Zones in Frankfurt and St. Ghislain.
struct GoogleAccount {
  explicit GoogleAccount(fakes::GoogleOptions options = {}) : google(std::move(options)) {
    config.account.name = "google";
    config.account.endpoint = google.url();
    config.places = {AGooglePlace("europe-west3-a"), AGooglePlace("europe-west1-b")};
    Restart();
  }

  // The provider forgets everything, as with the process.
  void Restart() {
    provider = std::make_unique<GoogleProvider>(
        config,
        PluginContext{.clock = clock, .http = http, .surroundings = WithServiceAccount(google)});
  }
  void Advance(Duration d) {
    clock.RunFor(d);
    google.Advance(d);
  }
  Result<Machine> Find(const std::string& token) {
    return provider->Find(token, "europe-west3-a", "");
  }

  fakes::FakeGoogle google;
  HttpClient http;
  SimulatedLoop clock{At(0s)};
  GoogleConfig config;
  std::unique_ptr<GoogleProvider> provider;
};

}  // namespace spillway::testing
