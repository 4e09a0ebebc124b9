// What a demo adds up: how well the demand was served and what it cost, beside the two things that
// one would have done without a scaler. Driven by snapshots; no clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "scaler/model/host.h"
#include "scaler/model/money.h"
#include "scaler/model/offer.h"
#include "scaler/model/time.h"

namespace spillway {

// The state of things at `now`, which holds until the next snapshot.
struct FleetSnapshot {
  Time now;
  double demand_vcpu = 0;
  std::span<const HostRecord> hosts;  // gone ones may be among them or be left out
};

// What the demo is compared with.
struct Alternatives {
  Offer rack;                   // one machine of the rack that is there anyway
  std::int64_t rack_hosts = 0;  // how many of them
  Offer cloud;                  // the cheapest offer per vCPU of the clouds on the ladder
};

struct Outcome {
  Duration served{0};    // demand was no more than the capacity that was ready
  Duration violated{0};  // it was more
  Money cost;

  double ServedShare() const;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Summary {
  Outcome ours;
  // As many machines as the highest demand takes, to the vCPU and known beforehand, all the time:
  // those of the rack, then of Alternatives::cloud. No headroom: the cheapest fleet that is never
  // short. The rack is paid whether it is needed or not.
  Outcome static_peak;
  std::int64_t static_cloud_hosts = 0;
  std::string static_cloud_plan;
  // The rack, all the time, and nothing else.
  Outcome rack_alone;
  std::int64_t rack_hosts = 0;

  double peak_demand_vcpu = 0;
  std::int64_t created = 0;  // hosts that had a machine
  std::int64_t removed = 0;  // of those, gone
  std::int64_t failed = 0;   // of those, never any use
  std::map<std::string, Money> cost_by_provider;
  std::optional<std::int64_t> left_over;  // said by who can see the providers
};

class Scorecard {
 public:
  explicit Scorecard(Alternatives alternatives) : alternatives_(std::move(alternatives)) {}

  // Snapshots come in the order of time.
  void Observe(const FleetSnapshot& snapshot);

  Money CostSoFar() const;
  Duration ViolatedSoFar() const { return ours_.violated; }
  bool IsViolated() const { return last_ && last_->demand > last_->ready; }
  Summary Summarise() const;

 private:
  struct Last {
    Time now;
    double demand = 0;
    double ready = 0;
  };
  Duration Elapsed() const;
  Money CostOf(const HostRecord& host) const;
  Outcome StaticOutcome(std::int64_t rack_hosts, std::int64_t cloud_hosts) const;
  double RackVcpu() const;

  const Alternatives alternatives_;
  Outcome ours_;        // without the cost
  Outcome rack_alone_;  // without the cost
  double peak_ = 0;
  std::optional<Time> first_;
  std::optional<Last> last_;
  std::map<std::string, HostRecord> hosts_;  // as last seen, by id
};

// vCPU of hosts that are ready and serving.
double ReadyVcpu(std::span<const HostRecord> hosts);

}  // namespace spillway
