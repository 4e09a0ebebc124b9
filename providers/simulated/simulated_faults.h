// What may go wrong in the simulated world. Everything is off until it is asked for.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scaler/model/time.h"
#include "scaler/runtime/random.h"

namespace spillway {

enum class SimulatedFault {
  // Of calls, to a provider or to a cluster manager.
  kThrottled,    // asked too often; nothing happened
  kTransient,    // failed; nothing happened
  kLostRequest,  // of a changing call: unknown outcome, and it never arrived
  kLostAnswer,   // of a changing call: unknown outcome, and it was carried out
  // Of Create.
  kNoCapacity,  // none to be had
  kGhost,       // answered as transient, and yet the machine appears after `ghost_delay`
  // Of a machine, settled at its birth.
  kNoStart,      // goes away at once for want of capacity
  kSlowBoot,     // boots `slow_factor` times as long
  kUnreachable,  // runs, and never answers
  kDies,         // ends, is switched off or hangs at some time within twice `dies_after`
  kInvisible,    // neither found nor listed for up to `invisible_for`
  // Of what a provider says and does later.
  kPartialList,  // List leaves some out and says so
  kDeleteFails,  // refused as a conflict: the machine is busy
  kDeleteLags,   // the machine goes away only after `delete_lag`
  // Of a cluster manager.
  kStuckEnrolment,  // the host is never monitored
  kSlowEvacuation,  // guests leave `slow_factor` times as slowly
};

// "no_capacity", …: the words of the configuration, in the order of the enumeration.
extern const std::array<std::pair<SimulatedFault, std::string_view>, 16> kSimulatedFaults;

// From `from` until before `until`, counted from the birth of the world, the fault has this
// chance, for one offer or (empty) for all.
struct FaultSpan {
  SimulatedFault fault = SimulatedFault::kNoCapacity;
  Duration from{0};
  Duration until{0};
  double chance = 1.0;
  std::string offer;

  friend bool operator==(const FaultSpan&, const FaultSpan&) = default;
};

struct SimulatedFaults {
  std::map<SimulatedFault, double> chance;  // 0 to 1, at all times
  std::vector<FaultSpan> spans;
  double slow_factor = 10;
  Duration ghost_delay = std::chrono::seconds(30);
  Duration invisible_for = std::chrono::seconds(20);
  Duration dies_after = std::chrono::hours(1);
  Duration delete_lag = std::chrono::minutes(10);

  // The greatest chance that is in force.
  double Chance(SimulatedFault fault, Duration since_birth, std::string_view offer = {}) const;

  friend bool operator==(const SimulatedFaults&, const SimulatedFaults&) = default;
};

// Luck that hangs on the seed, on what is asked and on how often it was asked, but not on what
// other threads asked in between: a demo with real workers has the same day as a simulation.
class SimulatedLuck {
 public:
  explicit SimulatedLuck(std::uint64_t seed) : seed_(seed) {}

  // For the next call of this name.
  Random ForCall(const std::string& call);
  // For a thing of this name: always the same.
  Random ForThing(std::string_view name) const;

 private:
  const std::uint64_t seed_;
  std::map<std::string, std::uint64_t> calls_;
};

}  // namespace spillway
