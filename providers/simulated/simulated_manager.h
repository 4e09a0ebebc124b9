// A cluster manager that does not exist: hosts that are enrolled, monitored after a while, carry
// guests, and are evacuated over time. Part of the world outside, like SimulatedCloud: it survives
// a crash of the service and moves with the clock alone.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "providers/registrar.h"
#include "providers/simulated/simulated_faults.h"
#include "scaler/runtime/clock.h"

namespace spillway {

struct SimulatedManagerSpec {
  std::string name;                                // the registrar's, in the configuration
  Duration enrol = std::chrono::seconds(5);        // from Enrol to monitored
  Duration evacuate = std::chrono::seconds(30);    // from the first Evacuate to no guests
  Duration unanswered = std::chrono::seconds(60);  // then guests are restarted elsewhere
  Guests per_host{2, {2, 2048}};                   // that a monitored host takes aboard
  std::uint64_t seed = 0;
  SimulatedFaults faults;
};

// The truth about one host that the manager knows.
struct SimulatedHost {
  std::string id;    // the manager's
  std::string name;  // HostTarget::host
  std::string cluster;
  std::string address;
  Time enrolled_at;
  Time monitored_at;
  bool is_schedulable = true;
  Guests guests;
  bool is_filled = false;  // with `per_host`, which happens once
  std::optional<Time> evacuating_since;
  Duration evacuation{0};
  Guests before_evacuation;
  std::optional<Time> silent_since;

  friend bool operator==(const SimulatedHost&, const SimulatedHost&) = default;
};

// Thread-safe. The clock outlives it.
class SimulatedManager {
 public:
  // `answers` tells whether the machine of an address answers now; called from any thread.
  using Answers = std::function<bool(const std::string& address)>;

  SimulatedManager(const Clock& clock, SimulatedManagerSpec spec, Answers answers);
  SimulatedManager(const SimulatedManager&) = delete;
  SimulatedManager& operator=(const SimulatedManager&) = delete;

  // The manager's interface, as Registrar has it.
  Result<Readiness> Probe(const HostTarget& target);
  Result<std::string> Enrol(const HostTarget& target);
  Result<EnrolmentStatus> Look(const HostTarget& target);
  Result<Done> SetSchedulable(const HostTarget& target, bool schedulable);
  Result<EnrolmentStatus> Evacuate(const HostTarget& target);
  Result<Done> Remove(const HostTarget& target);
  Result<std::vector<WaitingGuest>> WaitingGuests(const std::string& cluster);

  // The truth, in the order of names.
  const SimulatedManagerSpec& spec() const { return spec_; }
  std::vector<SimulatedHost> Hosts() const;
  // Guests whose host fell silent under them, whether it died or was deleted too early.
  std::int64_t GuestsHurt() const;
  // What runs on a host from now on, until it is evacuated; nothing when it is not known.
  void SetGuests(const std::string& host, const Guests& guests);
  // Which guests wait from now on, in any cluster.
  void SetWaitingGuests(std::vector<WaitingGuest> guests);

 private:
  std::optional<Error> Refused(const std::string& where, Random& luck, bool changes);
  bool Happens(SimulatedFault fault, Random& luck) const;
  bool IsAnswerLost(Random& luck) const;
  // The host as it is now; null when it is not known.
  SimulatedHost* Known(const std::string& name);
  void BringUpToDate(SimulatedHost& host);
  EnrolmentStatus StatusOf(const SimulatedHost& host) const;

  const Clock& clock_;
  const SimulatedManagerSpec spec_;
  const Answers answers_;
  const Time birth_;
  mutable std::mutex mutex_;
  SimulatedLuck luck_;
  std::map<std::string, SimulatedHost> hosts_;
  std::vector<WaitingGuest> waiting_;
  std::int64_t enrolments_ = 0;
  std::int64_t guests_hurt_ = 0;
};

}  // namespace spillway
