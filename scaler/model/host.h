// One machine on its way to being a hypervisor host and back: the stored record that is stepped.
//
//   requested → creating → booting → configuring → enrolling → ready
//       │           │          │           │            │        │
//       │           └──────────┴─────┬─────┴────────────┘        ▼
//       │                            ▼                        cordoned → draining
//       │              failed → removing ◄───────────────────────┴──────────┘
//       └──────────────────────► gone
//
// `goal` says where a record is headed; turning it round is how a rebound cancels a drain. One
// that is to be `drained` goes from `ready` to `draining`, and rests `cordoned` when it is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/capacity.h"
#include "scaler/model/error.h"
#include "scaler/model/kinds.h"
#include "scaler/model/money.h"
#include "scaler/model/orders.h"
#include "scaler/model/time.h"

namespace spillway {

enum class HostState {
  kRequested,    // wanted; nothing was asked of the provider yet
  kCreating,     // the create call is, or may be, under way
  kBooting,      // the machine exists; waiting for it to run and have an address
  kConfiguring,  // waiting until it answers as a configured hypervisor node
  kEnrolling,    // being made known to the cluster manager
  kReady,        // enrolled and monitored: it counts
  kCordoned,     // takes no new guests
  kDraining,     // its guests are leaving
  kRemoving,     // being taken out of the manager and deleted at the provider
  kGone,         // confirmed gone; kept for the books
  kFailed,       // gave up on it; what exists of it is to be removed
};
std::string_view Name(HostState state);
std::optional<HostState> HostStateFrom(std::string_view name);

enum class HostGoal {
  kServe,
  kDrained,  // there, paid and without guests; only a person says so
  kRetire,
};
std::string_view Name(HostGoal goal);

// What the cluster manager says runs on it.
struct Guests {
  std::int64_t count = 0;
  Capacity allocated;

  friend bool operator==(const Guests&, const Guests&) = default;
};

// How its machine is logged in to, as its provider knows it. What is left empty is as the registrar
// is configured.
struct Login {
  std::string user{};
  int port = 0;
  bool runs_cloud_init = true;  // else the registrar sets it up over SSH

  friend bool operator==(const Login&, const Login&) = default;
};

// What one look at a machine that is to be a node found.
struct ProbeAnswer {
  std::string name;  // "ssh port", "cloud-init", "libvirt", …
  bool passed = false;
  std::string text;  // why not, or what is there

  friend bool operator==(const ProbeAnswer&, const ProbeAnswer&) = default;
};

// The first that did not pass; null when all did.
inline const ProbeAnswer* FirstOpen(const std::vector<ProbeAnswer>& answers) {
  for (const ProbeAnswer& answer : answers) {
    if (!answer.passed) return &answer;
  }
  return nullptr;
}

struct HostRecord {
  // Identity. `token` is sent with the create call and as a tag; it is never used twice.
  std::string id;
  std::string cluster;
  std::string pool;
  std::string token;
  std::string decision;  // that asked for it

  // What was asked for, copied from the offer so that the books hold when the catalogue changes.
  std::string offer;
  std::string offer_group;
  std::string provider;
  std::string location;
  std::string plan;
  std::string quota;
  ClusterType cluster_type = ClusterType::kVirtual;
  Hypervisor hypervisor = Hypervisor::kKvm;
  Capacity capacity;
  Money price_per_hour;
  Billing billing;

  // Where it stands.
  HostState state = HostState::kRequested;
  HostGoal goal = HostGoal::kServe;
  // Whose word the goal is: no decision turns it round. Nothing: a decision's.
  std::optional<PersonsWord> goal_by;
  bool leaves_guests = false;  // they said that its guests are not waited for
  Time state_since;
  Time next_look;                // when the state is to be stepped again
  std::int64_t attempts = 0;     // of the state's call, failed in a row
  bool outcome_unknown = false;  // a create call was sent and nobody knows what came of it
  std::int64_t absences = 0;     // complete looks in a row that did not see the machine
  bool is_deleting = false;      // the provider was told to delete the machine
  std::string retired_by;        // the decision that gave it back; empty while it serves

  // What is known of it outside.
  std::string machine;  // the provider's id; empty until known
  std::string address;  // empty until known
  Login login;
  std::vector<ProbeAnswer> probes;  // as it was last looked at while it was configured
  std::string enrolment;            // the manager's id; empty until known
  bool may_be_enrolled = false;     // the manager was asked to take it, whatever the answer
  Guests guests;
  bool is_protected = false;  // never chosen as a victim
  std::optional<PersonsWord> protected_by;

  // The books.
  Time created_at;  // of the record
  std::optional<Time> paid_from;
  std::optional<Time> ready_at;
  std::optional<Time> gone_at;
  std::optional<Error> last_error;
  std::string failure;          // why it failed, in words; empty when it did not
  bool failure_counts = false;  // towards the cluster's hold-down

  friend bool operator==(const HostRecord&, const HostRecord&) = default;
};

// It counts, or will: on its way up, ready, or being taken back from a drain.
inline bool IsUsable(const HostRecord& host) {
  return host.goal == HostGoal::kServe && host.state <= HostState::kDraining;
}
// Ready and serving.
inline bool IsReady(const HostRecord& host) {
  return host.goal == HostGoal::kServe && host.state == HostState::kReady;
}
// Still able to cost money: everything that is not confirmed gone.
inline bool IsLive(const HostRecord& host) { return host.state != HostState::kGone; }
// Its guests are to leave it, and may still be aboard.
inline bool IsBeingEmptied(const HostRecord& host) {
  return host.goal != HostGoal::kServe && host.state >= HostState::kReady &&
         host.state <= HostState::kDraining;
}
// On the way down by a decision, with its guests still aboard: a rebound can take it back.
inline bool IsReclaimable(const HostRecord& host) {
  return host.goal == HostGoal::kRetire && !host.goal_by && IsBeingEmptied(host);
}

}  // namespace spillway
