// The seam to a place that has machines: a cloud account in a region, a rack. One object per
// account in the configuration.
//
// Contract for every implementation (providers/README.md has the longer form):
//  - All calls block, may come from several worker threads at once, and have a time limit of
//    their own. They never log and never put a secret into an Error.
//  - Each does at most one thing that changes the world, once: no retries inside. Waiting and
//    repeating is the provisioner's business.
//  - A machine carries its tags from birth, so that a sweep finds it whatever happened.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/host.h"
#include "scaler/model/kinds.h"
#include "scaler/model/offer.h"
#include "scaler/model/result.h"
#include "scaler/model/time.h"
#include "scaler/runtime/workers.h"

namespace spillway {

enum class MachineState {
  kStarting,  // exists, does not run yet
  kRunning,
  kStopping,  // on its way out
  kStopped,   // exists, was switched off by somebody; may still cost money
  kGone,      // confirmed gone; costs nothing
  kUnknown,   // a state this version does not know: counts as existing
};
std::string_view Name(MachineState state);

// What to make. `token` makes Create repeatable: the same token never gives a second machine, and
// is written on the machine together with `owner` (the deployment), `cluster` and `host`.
struct MachineSpec {
  std::string token;
  std::string owner;
  std::string cluster;
  std::string host;  // HostRecord::id, also the machine's name
  std::string location;
  std::string plan;
  ClusterType cluster_type = ClusterType::kVirtual;
  Hypervisor hypervisor = Hypervisor::kLxc;
  std::string user_data;  // cloud-init, from the registrar; empty: none
  // Create was called with this token before. A provider that has no idempotency token of its own
  // looks for the machine first; and while one whose fate is not known may just not be visible yet,
  // it makes none and says kUnknownOutcome (recent_machines.h remembers tokens as well).
  bool is_repeated = false;
};

struct Machine {
  std::string id;       // the provider's
  std::string token;    // from its tags; empty when it has none
  std::string owner;    // from its tags
  std::string address;  // empty until it has one
  std::string location;
  std::string plan;
  MachineState state = MachineState::kUnknown;
  std::string state_text;  // the provider's own words, with the cause when it gives one
  // Set when it is gone because it could not be started for want of capacity or quota.
  std::optional<ErrorKind> start_failure;
  Time launched_at;
  Login login{};  // where it differs from what registrars are configured with

  friend bool operator==(const Machine&, const Machine&) = default;
};

// `is_complete` is false when a page could not be had: such a list proves presence, not absence.
struct MachineList {
  std::vector<Machine> machines;
  bool is_complete = true;

  friend bool operator==(const MachineList&, const MachineList&) = default;
};

// How fast machines may be asked for; the provisioner keeps to it.
struct CreateBudget {
  double per_second = 1.0;
  int burst = 5;
  int in_flight = 20;  // machines that were asked for and do not run yet

  friend bool operator==(const CreateBudget&, const CreateBudget&) = default;
};

class Provider {
 public:
  virtual ~Provider() = default;

  // What can be had here now, with prices. Called every few minutes.
  virtual Result<Catalogue> Offers() = 0;

  // Asks for a machine. The result may still be kStarting and have no address.
  // kUnknownOutcome: the machine may exist; the caller looks with Find before it does anything.
  virtual Result<Machine> Create(const MachineSpec& spec) = 0;

  // The machine with this token, in whatever state. kNotFound: not there, or not visible yet.
  // `location` is where it was asked for; `machine_id` is empty when it never became known.
  virtual Result<Machine> Find(const std::string& token, const std::string& location,
                               const std::string& machine_id) = 0;

  // Every machine with the tag `owner`, gone ones left out.
  virtual Result<MachineList> List(const std::string& owner) = 0;

  // Deletes by identity. A machine that is already gone is a success.
  virtual Result<Done> Delete(const std::string& machine_id, const std::string& location) = 0;

  // The provider's name as a channel of the workers, and its budget. Constant, callable anywhere.
  virtual const Channel& channel() const = 0;
  virtual const CreateBudget& create_budget() const = 0;
};

}  // namespace spillway
