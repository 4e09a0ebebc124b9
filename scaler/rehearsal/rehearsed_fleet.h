// The hosts of one cluster in a rehearsal: what is taken is ready after a time that is known, what
// is given back is gone after another, and nothing ever fails. Values; time is told, never asked.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scaler/model/host.h"
#include "scaler/model/money.h"
#include "scaler/model/offer.h"
#include "scaler/model/plan.h"

namespace spillway {

// How long hosts take. A start without a time of its own takes what its offer says.
struct FleetPace {
  std::optional<Duration> start;  // from the plan to ready
  Duration drain{0};  // from the plan to gone; a host that is still starting goes at once

  friend bool operator==(const FleetPace&, const FleetPace&) = default;
};

// The record of a host of `offer`, asked for at `now`, on its way up.
HostRecord HostOf(const Offer& offer, const std::string& id, const std::string& cluster,
                  const std::string& pool, Time now);
// The same host, ready since `since`.
HostRecord ReadyHostOf(const Offer& offer, const std::string& id, const std::string& cluster,
                       const std::string& pool, Time since);

class RehearsedFleet {
 public:
  RehearsedFleet(std::string cluster, FleetPace pace);

  void set_pace(const FleetPace& pace) { pace_ = pace; }

  // A host that is there already.
  void Add(HostRecord host);
  // Does what was due until `now`: hosts become ready, others are gone. Times do not go back.
  void Advance(Time now);
  // New hosts are called "<pool>-new-<n>", counted over all pools.
  void CarryOut(const Plan& plan, Time now);

  // Not gone, in the order of their coming.
  std::span<const HostRecord> hosts() const { return hosts_; }
  std::int64_t Ready() const;
  std::int64_t Usable() const;
  // Machines that each offer with a stock still has.
  std::map<std::string, std::int64_t> StockRoom(std::span<const Offer> offers) const;

  // Hosts taken so far, without those that were added.
  std::int64_t launches() const { return launches_; }
  // What all hosts have cost, by their billing. Added ones count from their `paid_from`.
  Money CostUntil(Time now) const;

 private:
  void Take(const spillway::Take& take, Time now);
  void GiveBack(HostRecord& host, Time now);
  void Settle(const HostRecord& host, Time now);

  const std::string cluster_;
  FleetPace pace_;
  std::vector<HostRecord> hosts_;
  std::int64_t launches_ = 0;
  Money settled_;  // for hosts that are gone
};

}  // namespace spillway
