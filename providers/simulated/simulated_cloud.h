// A cloud that does not exist: the world outside of the service, with machines that come, run and
// go as the clock does, a stock, quotas, prices, and faults from a seed. It knows nothing of the
// service and survives its crashes: keep it, and make the service again on top of it.
//
// Nothing happens in the background. A machine's life is settled when it is created, as points in
// time; each question is answered by comparing them with the clock.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "providers/provider.h"
#include "providers/simulated/simulated_faults.h"
#include "scaler/runtime/clock.h"

namespace spillway {

// From the create call until the machine answers as a configured node. Log-normal: `sigma` is the
// standard deviation of the logarithm.
struct BootTime {
  Duration median = std::chrono::seconds(45);
  double sigma = 0.25;

  friend bool operator==(const BootTime&, const BootTime&) = default;
};

struct SimulatedCloudSpec {
  std::string name;           // the account's, in the configuration
  std::vector<Offer> offers;  // `stock`: how many machines of it there are in all
  std::vector<Quota> quotas;
  BootTime boot_virtual;
  BootTime boot_metal{std::chrono::minutes(7), 0.25};
  Duration deletion = std::chrono::seconds(20);  // from the call until it is gone
  Duration remembered = std::chrono::hours(1);   // a gone machine can be found that long
  CreateBudget budget;
  std::uint64_t seed = 0;
  SimulatedFaults faults;
};

enum class SimulatedDeath { kEnds, kSwitchedOff, kHangs };

// The truth about one machine.
struct SimulatedMachine {
  std::string id;
  std::string address;
  MachineSpec spec;
  std::string offer;
  std::string quota;
  Capacity capacity;
  Money price_per_hour;
  Billing billing;
  Time created_at;
  Time visible_at;  // from then on Find and List see it
  Time runs_at;     // it is switched on and has an address
  Time answers_at;  // as a configured node
  std::optional<Time> dies_at;
  SimulatedDeath death = SimulatedDeath::kEnds;
  std::optional<Time> delete_asked_at;
  std::optional<Time> gone_at;  // known beforehand; may lie in the future
  std::optional<ErrorKind> start_failure;

  bool Exists(Time now) const { return !gone_at || now < *gone_at; }
  bool IsDead(Time now) const { return dies_at && now >= *dies_at; }
  bool Answers(Time now) const;
  MachineState StateAt(Time now) const;
  // What it has cost: from the call that made it until it was gone; one that never started is
  // free.
  Money CostAt(Time now) const;
};

// Thread-safe. The clock outlives it.
class SimulatedCloud {
 public:
  SimulatedCloud(const Clock& clock, SimulatedCloudSpec spec);
  SimulatedCloud(const SimulatedCloud&) = delete;
  SimulatedCloud& operator=(const SimulatedCloud&) = delete;

  // The cloud's interface, as Provider has it.
  Result<Catalogue> Offers();
  Result<Machine> Create(const MachineSpec& spec);
  Result<Machine> Find(const std::string& token, const std::string& location);
  Result<MachineList> List(const std::string& owner);
  Result<Done> Delete(const std::string& machine_id, const std::string& location);

  // The truth, that no account ever sees. Creation order.
  const SimulatedCloudSpec& spec() const { return spec_; }
  std::vector<SimulatedMachine> AllMachinesEver() const;
  std::vector<SimulatedMachine> MachinesNow() const;  // that exist and can cost money
  Money CostSoFar() const;
  // Hosts (MachineSpec::host) that more than one existing machine was made for.
  std::vector<std::string> HostsWithTwins() const;
  // Whether there is a machine of this address that answers as a configured node.
  bool Answers(const std::string& address) const;
  // A machine dies now. Nothing happens to one that is on its way out.
  void Kill(const std::string& machine_id, SimulatedDeath death);
  // Of what could meet `fault` from now on, so many do after so many that do not.
  void Script(SimulatedFault fault, int times, int after = 0);

 private:
  struct ScriptedFault {
    int after = 0;
    int times = 0;
  };

  Duration Age() const { return clock_.Now() - birth_; }
  bool Happens(SimulatedFault fault, Random& luck, const std::string& offer = {});
  // The fault of a call that keeps it from arriving, if there is one.
  std::optional<Error> Refused(const std::string& where, Random& luck, bool changes);
  std::optional<Error> CannotHave(const Offer& offer, const std::string& where, Random& luck);
  const Offer* OfferFor(const MachineSpec& spec) const;
  SimulatedMachine& MakeMachine(const MachineSpec& spec, const Offer& offer);
  Machine View(const SimulatedMachine& machine) const;
  std::int64_t StockLeft(const Offer& offer) const;
  std::int64_t QuotaUsed(const std::string& quota) const;

  const Clock& clock_;
  const SimulatedCloudSpec spec_;
  const Time birth_;
  mutable std::mutex mutex_;
  SimulatedLuck luck_;
  std::map<SimulatedFault, ScriptedFault> script_;
  std::vector<SimulatedMachine> machines_;
  std::map<std::string, std::size_t> by_token_;
  std::map<std::string, std::size_t> by_id_;
};

}  // namespace spillway
