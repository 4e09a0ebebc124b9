// Objects with sensible defaults for tests; change what matters to the test.
#pragma once

#include <string>

#include "scaler/model/cluster.h"
#include "scaler/model/host.h"
#include "scaler/model/offer.h"
#include "tests/support/time.h"

namespace spillway::testing {

inline constexpr Capacity kHostSize{8, 32 * 1024};

// Home first: "rack" (provider rack, 4 hosts at most), then "cloud" (provider cloud, 10).
inline ClusterSpec AnEdgeCluster() {
  ClusterSpec cluster;
  cluster.name = "edge";
  cluster.workload = Workload::kVirtualServers;
  cluster.hypervisor = Hypervisor::kKvm;
  cluster.registrar = "one";
  cluster.host_size = kHostSize;
  cluster.limits.max_hosts = 20;
  cluster.ladder = {
      {.name = "rack",
       .provider = "rack",
       .location = "home",
       .cluster_type = ClusterType::kMetal,
       .plans = {},
       .max_hosts = 4},
      {.name = "cloud",
       .provider = "cloud",
       .location = "fra",
       .cluster_type = ClusterType::kMetal,
       .plans = {},
       .max_hosts = 10},
  };
  return cluster;
}

inline Offer AnOffer(const std::string& provider, const std::string& location,
                     const std::string& plan) {
  Offer offer;
  offer.id = provider + "/" + location + "/" + plan;
  offer.provider = provider;
  offer.location = location;
  offer.plan = plan;
  offer.country = "DE";
  offer.coordinates = Coordinates{50.1, 8.7};
  offer.cluster_type = ClusterType::kMetal;
  offer.hypervisors = {Hypervisor::kKvm, Hypervisor::kLxc, Hypervisor::kFirecracker};
  offer.capacity = kHostSize;
  offer.price_per_hour = Money::FromDouble(0.5);
  offer.time_to_ready = std::chrono::minutes(5);
  return offer;
}

// A host of "cloud" that was asked for an hour ago; from `cordoned` on it is to be given back.
inline HostRecord AHost(const std::string& id, HostState state = HostState::kReady) {
  HostRecord host;
  host.id = id;
  host.cluster = "edge";
  host.pool = "cloud";
  host.token = "token-" + id;
  host.decision = "edge-1";
  host.offer = "cloud/fra/m";
  host.provider = "cloud";
  host.location = "fra";
  host.plan = "m";
  host.cluster_type = ClusterType::kMetal;
  host.hypervisor = Hypervisor::kKvm;
  host.capacity = kHostSize;
  host.price_per_hour = Money::FromDouble(0.5);
  host.state = state;
  if (state >= HostState::kCordoned) host.goal = HostGoal::kRetire;
  host.created_at = At(-1h);
  host.state_since = At(-50min);
  host.next_look = At(0s);
  if (state >= HostState::kBooting) {
    host.machine = "machine-" + id;
    host.paid_from = At(-1h);
  }
  if (state >= HostState::kConfiguring) host.address = "10.0.0.1";
  if (state >= HostState::kReady) {
    host.enrolment = "1";
    host.ready_at = At(-50min);
  }
  return host;
}

}  // namespace spillway::testing
