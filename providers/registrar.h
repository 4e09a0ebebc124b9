// The seam to a cluster manager: a machine becomes an enrolled hypervisor host, and the way back.
//
// Contract for every implementation: as for Provider (provider.h): blocking, thread-safe, with a
// time limit, no retries, no logs, no secrets in errors. Every call can be repeated: finding
// things already done is a success.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/cluster.h"
#include "scaler/model/host.h"
#include "scaler/model/result.h"
#include "scaler/model/waiting_guest.h"
#include "scaler/runtime/workers.h"

namespace spillway {

// The host in question: what a registrar may need to know of a record.
struct HostTarget {
  std::string host;     // HostRecord::id
  std::string cluster;  // ClusterSpec::name
  std::string address;
  std::string enrolment;  // empty before Enrol
  std::string provider;
  std::string location;
  std::string pool;
  Hypervisor hypervisor = Hypervisor::kKvm;
  Login login{};
};

// Whether a machine answers as a configured node, and what was looked at to know it.
struct Readiness {
  std::vector<ProbeAnswer> answers;
  bool has_failed = false;  // it is not ready, and no waiting makes it so

  bool is_ready() const { return FirstOpen(answers) == nullptr; }
  friend bool operator==(const Readiness&, const Readiness&) = default;
};

enum class EnrolmentState {
  kPending,    // known to the manager, not yet monitored
  kMonitored,  // takes guests
  kCordoned,   // takes none
  kError,      // the manager cannot reach it
  kAbsent,     // the manager does not know it
};
std::string_view Name(EnrolmentState state);

struct EnrolmentStatus {
  EnrolmentState state = EnrolmentState::kPending;
  Guests guests;
  std::string detail;  // the manager's own words

  friend bool operator==(const EnrolmentStatus&, const EnrolmentStatus&) = default;
};

class Registrar {
 public:
  virtual ~Registrar() = default;

  // Makes the cluster known to the manager, with all that guests of it need, before any host: a
  // guest that waits may only be placed on what was there when it was created. Called at start, and
  // again until it succeeds. kInvalid: hosts of this cluster cannot be enrolled as things are, so
  // none is to be asked for.
  virtual Result<Done> Prepare(const ClusterSpec& cluster) = 0;

  // Looks whether the machine answers as a configured node; each probe's answer goes into the
  // host's record. A machine that runs no cloud-init is set up from here, step by step: no call
  // takes longer for it. An error: it could not be looked at all.
  virtual Result<Readiness> Probe(const HostTarget& target) = 0;

  // Makes the host known to the manager, and the cluster where it does not exist; gives the
  // manager's id of it.
  virtual Result<std::string> Enrol(const HostTarget& target) = 0;

  // How the manager sees it. A host it does not know is kAbsent, not an error.
  virtual Result<EnrolmentStatus> Look(const HostTarget& target) = 0;

  // Whether new guests may be placed on it.
  virtual Result<Done> SetSchedulable(const HostTarget& target, bool schedulable) = 0;

  // Starts or continues moving guests away; returns how the host stands. Called again until no
  // guests are left.
  virtual Result<EnrolmentStatus> Evacuate(const HostTarget& target) = 0;

  // Takes the host out of the manager. kConflict: guests still run on it. Absent: a success.
  virtual Result<Done> Remove(const HostTarget& target) = 0;

  // The guests that wait for a place and might run in this cluster, with what the manager says of
  // each. One that the manager has not yet tried to place is not among them. kInvalid: there is no
  // manager that would know.
  virtual Result<std::vector<WaitingGuest>> WaitingGuests(const ClusterSpec& cluster) = 0;

  // What a fresh machine is told so that it becomes a node of this manager: cloud-init user data,
  // the same for the same hypervisor. Empty: nothing. Constant, callable anywhere.
  virtual std::string UserData(Hypervisor hypervisor) const = 0;

  virtual const Channel& channel() const = 0;
};

}  // namespace spillway
