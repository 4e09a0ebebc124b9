// An edge cluster as the operator wrote it down.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scaler/model/capacity.h"
#include "scaler/model/kinds.h"
#include "scaler/model/money.h"
#include "scaler/model/place.h"
#include "scaler/model/time.h"

namespace spillway {

// One rung of the ladder: the part of a cluster that is filled from one provider and location.
struct PoolSpec {
  std::string name;
  std::string provider;
  std::string location;  // empty: any location of the provider
  ClusterType cluster_type = ClusterType::kMetal;
  std::vector<std::string> plans;  // empty: every plan
  std::int64_t max_hosts = 0;

  friend bool operator==(const PoolSpec&, const PoolSpec&) = default;
};

// A value for growing and one for shrinking.
template <class T>
struct PerDirection {
  T out{};
  T in{};

  friend bool operator==(const PerDirection&, const PerDirection&) = default;
};

// After `failures` hosts failed within `window`, nothing is bought for `first`, and for twice as
// long each time it happens again, up to `longest`.
struct HoldDown {
  std::int64_t failures = 5;
  Duration window = std::chrono::minutes(10);
  Duration first = std::chrono::minutes(2);
  Duration longest = std::chrono::minutes(60);

  friend bool operator==(const HoldDown&, const HoldDown&) = default;
};

struct Limits {
  std::int64_t min_hosts = 0;
  std::int64_t max_hosts = 0;
  Capacity min_capacity;                 // zero: none
  std::optional<Capacity> max_capacity;  // nothing: none
  PerDirection<std::int64_t> step;       // largest change of one decision, in hosts; 0: none
  PerDirection<Duration> cooldown{std::chrono::seconds(0), std::chrono::minutes(5)};
  PerDirection<Duration> stabilisation{std::chrono::seconds(0), std::chrono::minutes(5)};
  Duration min_lifetime = std::chrono::minutes(5);  // of a ready host, before it is given back
  HoldDown hold_down;

  friend bool operator==(const Limits&, const Limits&) = default;
};

// How much a cluster may cost. `reserve` is the time that a host which is not gone is taken to go
// on costing in the worst case: what remains of its start, its drain and its removal. It is set
// aside in the month's envelope from before the create call until the host is gone.
struct MoneyEnvelope {
  Money per_hour = Money::Unlimited();
  Money per_month = Money::Unlimited();  // calendar month, UTC
  Duration reserve = std::chrono::hours(1);

  friend bool operator==(const MoneyEnvelope&, const MoneyEnvelope&) = default;
};

struct ClusterSpec {
  std::string name;
  Workload workload = Workload::kVirtualServers;
  Hypervisor hypervisor = Hypervisor::kKvm;
  std::string registrar;  // name in the configuration
  Capacity host_size;     // what policies and limits mean by "a host"; both members above 0
  Limits limits;
  MoneyEnvelope money;
  std::vector<std::string> jurisdiction;  // countries or groups; empty: everywhere
  std::optional<Coordinates> location;
  std::optional<Duration> max_latency;  // round trip between `location` and a host
  // The metric whose series, labelled `location`, hold measured round trips in seconds.
  std::string latency_metric;
  std::vector<PoolSpec> ladder;  // home first
  bool dry_run = false;          // decide and plan, touch nothing

  friend bool operator==(const ClusterSpec&, const ClusterSpec&) = default;
};

}  // namespace spillway
