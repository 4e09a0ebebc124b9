#include "scaler/provision/host_steps.h"

#include <algorithm>
#include <utility>

// The states in their order. Calls, transitions and time limits: host_transitions.cc.

namespace spillway {
namespace {

constexpr Duration kLookWhileHeld = std::chrono::seconds(1);

Reaction NoBlame() { return {CreateReaction::kFail, BackoffScope::kNone, {}, {}, false}; }

// It counts against the cluster, not against the offer.
Reaction BlameTheCluster() { return {CreateReaction::kFail, BackoffScope::kNone, {}, {}, true}; }

bool IsAbsent(const Result<Machine>& found) {
  return found ? found->state == MachineState::kGone : found.error().kind == ErrorKind::kNotFound;
}

// Of a host that is being configured: ": cloud-init: has failed: …; packages: not installed: lxc";
// empty when nobody has looked.
std::string WhatIsOpen(const HostRecord& host) {
  std::string open;
  for (const ProbeAnswer& answer : host.probes) {
    if (!answer.passed) open += (open.empty() ? ": " : "; ") + answer.name + ": " + answer.text;
  }
  return open;
}

}  // namespace

void HostSteps::Step(const HostRecord& host) {
  switch (host.state) {
    case HostState::kRequested: return Requested(host);
    case HostState::kCreating: return Creating(host);
    case HostState::kBooting: return Booting(host);
    case HostState::kConfiguring: return Configuring(host);
    case HostState::kEnrolling: return Enrolling(host);
    case HostState::kReady: return Ready(host);
    case HostState::kCordoned:
    case HostState::kDraining: return Draining(host);
    case HostState::kRemoving: return Removing(host);
    case HostState::kFailed:
      return Enter(host, host.machine.empty() ? HostState::kGone : HostState::kRemoving);
    case HostState::kGone: return;
  }
}

// Up ----------------------------------------------------------------------------------------------

void HostSteps::Requested(HostRecord host) {
  if (host.goal == HostGoal::kRetire) return Enter(host, HostState::kGone);
  if (held_.contains(host.cluster)) return LookAgain(host, kLookWhileHeld);
  const auto refused = refused_.find(host.cluster);
  if (refused != refused_.end()) return Fail(host, refused->second, BlameTheCluster());
  const Time now = context_.loop.Now();
  CreationGate& gate = GateOf(host.provider);
  if (!gate.Admit(now, InFlight(host.provider))) return LookAgain(host, gate.NextTry(now) - now);
  host.paid_from = now;  // the worst case: the provider charges from the call on
  Enter(host, HostState::kCreating);
}

void HostSteps::Creating(const HostRecord& host) {
  if (host.outcome_unknown) return Look(host, Lane::kUp, &HostSteps::OnLostCreateLooked);
  // Here no create call is under way, and none was answered by a machine.
  if (host.goal == HostGoal::kRetire) return Enter(host, HostState::kGone);
  if (IsOverdue(host, context_.config.creating_limit)) {
    return Fail(host, "no machine was given within the time limit", ReactionToLostHost());
  }
  SendCreate(host);
}

void HostSteps::SendCreate(const HostRecord& host) {
  MachineSpec spec;
  spec.token = host.token;
  spec.owner = context_.owner;
  spec.cluster = host.cluster;
  spec.host = host.id;
  spec.location = host.location;
  spec.plan = host.plan;
  spec.cluster_type = host.cluster_type;
  spec.hypervisor = host.hypervisor;
  spec.user_data = RegistrarOf(host)->UserData(host.hypervisor);
  spec.is_repeated = host.attempts > 0;
  CallProvider<Machine>(
      host, Lane::kUp, "create", [spec](Provider& p) { return p.Create(spec); },
      &HostSteps::OnCreated);
}

void HostSteps::OnCreated(HostRecord host, const Result<Machine>& created) {
  if (created) return OnMachine(std::move(host), *created);
  const Error& error = created.error();
  const Reaction& reaction = ReactionTo(error.kind);
  switch (reaction.create) {
    case CreateReaction::kSlowDown:
      GateOf(host.provider)
          .PauseUntil(context_.loop.Now() + RetryDelay(host.attempts + 1, context_.random.Unit()));
      return Retry(std::move(host), error);
    case CreateReaction::kRetry:
      if (host.attempts + 1 < context_.config.create_attempts) return Retry(std::move(host), error);
      break;
    case CreateReaction::kLook:
      host.outcome_unknown = true;
      host.absences = 0;
      host.state_since = context_.loop.Now();  // the grace begins with the call, not with the state
      return Retry(std::move(host), error);
    case CreateReaction::kFail: break;
  }
  host.last_error = error;
  Fail(std::move(host), Describe(error), reaction);
}

void HostSteps::OnLostCreateLooked(HostRecord host, const Result<Machine>& found) {
  if (found) return OnMachine(std::move(host), *found);
  if (found.error().kind != ErrorKind::kNotFound) return Retry(std::move(host), found.error());
  // Until the grace is over the machine may just not be visible yet.
  if (IsOverdue(host, context_.config.appear_grace)) ++host.absences;
  if (host.absences < 2) {
    Store(host);
    return LookAgain(host, context_.config.appear_grace / 2);
  }
  host.outcome_unknown = false;
  Fail(std::move(host), "the create call was not answered and no machine has appeared",
       ReactionToLostHost());
}

// What the provider says of the machine, while it is on its way up.
void HostSteps::OnMachine(HostRecord host, const Machine& machine) {
  host.outcome_unknown = false;
  host.absences = 0;
  host.machine = machine.id;
  if (!machine.address.empty()) host.address = machine.address;
  if (machine.login != Login{}) host.login = machine.login;
  switch (machine.state) {
    case MachineState::kGone:
    case MachineState::kStopping:
    case MachineState::kStopped: {
      const Reaction& reaction =
          machine.start_failure ? ReactionTo(*machine.start_failure) : ReactionToLostHost();
      return Fail(std::move(host), "the machine did not start: " + machine.state_text, reaction);
    }
    case MachineState::kRunning:
      if (!host.address.empty()) return Enter(std::move(host), HostState::kConfiguring);
      break;
    case MachineState::kStarting:
    case MachineState::kUnknown: break;
  }
  if (host.state == HostState::kCreating) return Enter(std::move(host), HostState::kBooting);
  LookAgain(host, context_.config.look_interval);
}

void HostSteps::Booting(const HostRecord& host) {
  if (host.goal == HostGoal::kRetire) return Enter(host, HostState::kRemoving);
  const Duration limit = host.cluster_type == ClusterType::kMetal
                             ? context_.config.booting_limit_metal
                             : context_.config.booting_limit_virtual;
  if (IsOverdue(host, limit)) {
    return Fail(host, "the machine did not run within the time limit", ReactionToLostHost());
  }
  Look(host, Lane::kUp, &HostSteps::OnBootingLooked);
}

void HostSteps::OnBootingLooked(HostRecord host, const Result<Machine>& found) {
  if (found) return OnMachine(std::move(host), *found);
  // Not visible yet, or no answer: the time limit of the state decides.
  Retry(std::move(host), found.error());
}

void HostSteps::Configuring(const HostRecord& host) {
  if (host.goal == HostGoal::kRetire) return Enter(host, HostState::kRemoving);
  if (IsOverdue(host, context_.config.configuring_limit)) {
    return Fail(host, "the machine was not configured within the time limit" + WhatIsOpen(host),
                ReactionToLostHost());
  }
  const HostTarget target = TargetOf(host);
  CallRegistrar<Readiness>(
      host, Lane::kUp, "probe", [target](Registrar& r) { return r.Probe(target); },
      &HostSteps::OnProbed);
}

void HostSteps::OnProbed(HostRecord host, const Result<Readiness>& probed) {
  const HostRecord before = host;
  if (probed) {
    host.probes = probed->answers;
    if (probed->is_ready()) return Enter(std::move(host), HostState::kEnrolling);
    if (probed->has_failed) {
      const std::string why = "the machine cannot become a node" + WhatIsOpen(host);
      return Fail(std::move(host), why, ReactionToLostHost());
    }
  } else {
    host.probes = {{"probe", false, Describe(probed.error())}};
    host.last_error = probed.error();
  }
  if (host != before) Store(host);
  LookAgain(host, context_.config.look_interval);
}

void HostSteps::Enrolling(const HostRecord& host) {
  if (host.goal == HostGoal::kRetire) return Enter(host, HostState::kRemoving);
  if (IsOverdue(host, context_.config.enrolling_limit)) {
    return Fail(host, "the manager did not take the host within the time limit",
                ReactionToLostHost());
  }
  const HostTarget target = TargetOf(host);
  if (host.enrolment.empty()) {
    if (!host.may_be_enrolled) {
      HostRecord asked = host;
      asked.may_be_enrolled = true;
      Store(asked);
    }
    return CallRegistrar<std::string>(
        host, Lane::kUp, "enrol", [target](Registrar& r) { return r.Enrol(target); },
        &HostSteps::OnEnrolled);
  }
  CallRegistrar<EnrolmentStatus>(
      host, Lane::kUp, "look", [target](Registrar& r) { return r.Look(target); },
      &HostSteps::OnEnrolmentLooked);
}

void HostSteps::OnEnrolled(HostRecord host, const Result<std::string>& enrolment) {
  if (!enrolment) return Retry(std::move(host), enrolment.error());
  host.enrolment = *enrolment;
  host.attempts = 0;
  Store(host);
  LookAgain(host, Duration(0));
}

void HostSteps::OnEnrolmentLooked(HostRecord host, const Result<EnrolmentStatus>& status) {
  if (!status) return Retry(std::move(host), status.error());
  switch (status->state) {
    case EnrolmentState::kMonitored:
      host.guests = status->guests;
      return Enter(std::move(host), HostState::kReady);
    case EnrolmentState::kAbsent:
      host.enrolment.clear();
      Store(host);
      break;
    case EnrolmentState::kCordoned:  // by a drain of an earlier life
      if (host.goal == HostGoal::kDrained) return Enter(std::move(host), HostState::kCordoned);
      return TakeBack(host);
    case EnrolmentState::kPending:
    case EnrolmentState::kError: break;
  }
  LookAgain(host, context_.config.look_interval);
}

// Ready -------------------------------------------------------------------------------------------

void HostSteps::Ready(const HostRecord& host) {
  if (host.goal != HostGoal::kServe) return Cordon(host);
  const HostTarget target = TargetOf(host);
  CallRegistrar<EnrolmentStatus>(
      host, Lane::kDown, "look", [target](Registrar& r) { return r.Look(target); },
      &HostSteps::OnReadyLooked);
}

void HostSteps::OnReadyLooked(HostRecord host, const Result<EnrolmentStatus>& status) {
  const ProvisionConfig& config = context_.config;
  if (!status) {
    // The manager does not answer: that says nothing about the host.
    context_.log.Limited(LogLevel::kWarning, "provision.look_failed",
                         {{"host", host.id}, {"error", Describe(status.error())}});
    return LookAgain(host, config.ready_look_interval);
  }
  const HostRecord before = host;
  host.guests = status->guests;
  if (status->state == EnrolmentState::kAbsent) {
    host.enrolment.clear();
    return Enter(std::move(host), HostState::kEnrolling);
  }
  host.attempts = status->state == EnrolmentState::kError ? host.attempts + 1 : 0;
  if (host.attempts * config.ready_look_interval >= config.unhealthy_limit) {
    return Fail(std::move(host), "the manager cannot reach the host: " + status->detail,
                ReactionToLostHost());
  }
  if (host != before) Store(host);
  LookAgain(host, config.ready_look_interval);
}

// Down --------------------------------------------------------------------------------------------

void HostSteps::Cordon(const HostRecord& host) {
  const HostTarget target = TargetOf(host);
  CallRegistrar<Done>(
      host, Lane::kDown, "cordon",
      [target](Registrar& r) { return r.SetSchedulable(target, false); }, &HostSteps::OnCordoned);
}

void HostSteps::OnCordoned(HostRecord host, const Result<Done>& cordoned) {
  if (!cordoned) return Retry(std::move(host), cordoned.error());
  Enter(std::move(host), HostState::kCordoned);
}

void HostSteps::TakeBack(const HostRecord& host) {
  const HostTarget target = TargetOf(host);
  CallRegistrar<Done>(
      host, Lane::kUp, "uncordon",
      [target](Registrar& r) { return r.SetSchedulable(target, true); }, &HostSteps::OnTakenBack);
}

void HostSteps::OnTakenBack(HostRecord host, const Result<Done>& taken) {
  if (!taken) return Retry(std::move(host), taken.error());
  Enter(std::move(host), HostState::kReady);
}

void HostSteps::Draining(const HostRecord& host) {
  if (host.goal == HostGoal::kServe) return TakeBack(host);
  if (host.goal == HostGoal::kRetire && host.leaves_guests) {
    return Enter(host, HostState::kRemoving);
  }
  const bool rests = host.goal == HostGoal::kDrained && host.guests.count == 0;
  if (host.state == HostState::kCordoned && !rests) return Enter(host, HostState::kDraining);
  const HostTarget target = TargetOf(host);
  CallRegistrar<EnrolmentStatus>(
      host, Lane::kDown, "evacuate", [target](Registrar& r) { return r.Evacuate(target); },
      &HostSteps::OnEvacuated);
}

void HostSteps::OnEvacuated(HostRecord host, const Result<EnrolmentStatus>& status) {
  if (!status) return Retry(std::move(host), status.error());
  if (status->guests.count > 0 && IsOverdue(host, context_.config.draining_alarm)) {
    context_.log.Limited(
        LogLevel::kWarning, "provision.drain_is_slow",
        {{"host", host.id}, {"guests", status->guests.count}, {"detail", status->detail}});
  }
  const bool changed = host.guests != status->guests;
  host.guests = status->guests;
  // A rebound that came meanwhile has turned the goal: the next visit takes the host back.
  if (host.goal == HostGoal::kRetire && host.guests.count == 0) {
    return Enter(std::move(host), HostState::kRemoving);
  }
  const bool rests = host.goal == HostGoal::kDrained && host.guests.count == 0;
  // It rests until a person says more; a guest may still be put on it by hand.
  const HostState state = rests ? HostState::kCordoned : HostState::kDraining;
  if (host.goal == HostGoal::kDrained && host.state != state) return Enter(std::move(host), state);
  if (changed) Store(host);
  LookAgain(host, rests ? context_.config.ready_look_interval : context_.config.look_interval);
}

void HostSteps::Removing(const HostRecord& host) {
  if (host.is_deleting) return Look(host, Lane::kDown, &HostSteps::OnGoneLooked);
  if (host.may_be_enrolled) return RemoveFromManager(host, &HostSteps::OnRemovedFromManager);
  DeleteMachine(host);
}

void HostSteps::RemoveFromManager(const HostRecord& host, Then<Done> then) {
  const HostTarget target = TargetOf(host);
  CallRegistrar<Done>(
      host, Lane::kDown, "remove", [target](Registrar& r) { return r.Remove(target); }, then);
}

void HostSteps::DeleteMachine(const HostRecord& host) {
  const std::string machine = host.machine;
  const std::string location = host.location;
  CallProvider<Done>(
      host, Lane::kDown, "delete",
      [machine, location](Provider& p) { return p.Delete(machine, location); },
      &HostSteps::OnDeleted);
}

void HostSteps::OnRemovedFromManager(HostRecord host, const Result<Done>& removed) {
  if (!removed && removed.error().kind == ErrorKind::kConflict) {
    host.last_error = removed.error();  // guests still run on it
    if (host.leaves_guests) return DeleteMachine(host);
    return Enter(std::move(host), HostState::kDraining);
  }
  if (!removed) return Retry(std::move(host), removed.error());
  host.enrolment.clear();
  host.may_be_enrolled = false;
  host.attempts = 0;
  Store(host);
  LookAgain(host, Duration(0));
}

void HostSteps::OnDeleted(HostRecord host, const Result<Done>& deleted) {
  if (!deleted) return Retry(std::move(host), deleted.error());
  host.is_deleting = true;
  host.attempts = 0;
  host.absences = 0;
  Store(host);
  LookAgain(host, context_.config.look_interval);
}

void HostSteps::OnGoneLooked(HostRecord host, const Result<Machine>& found) {
  const ProvisionConfig& config = context_.config;
  if (IsAbsent(found)) {
    // A listing may lag behind: once is not enough, unless the provider says that it is gone.
    ++host.absences;
    if (found || host.absences >= 2) return OnMachineGone(std::move(host));
    Store(host);
    return LookAgain(host, config.look_interval);
  }
  if (!found) return Retry(std::move(host), found.error());
  if (found->state == MachineState::kRunning || found->state == MachineState::kStopped) {
    ++host.attempts;
    // It takes some time to be seen; after several looks the call is repeated.
    if (host.attempts % 6 == 0) host.is_deleting = false;
    Store(host);
  }
  LookAgain(host, config.look_interval);
}

// Who left guests behind may still be known to the manager, and with them on it until a person
// takes them away.
void HostSteps::OnMachineGone(HostRecord host) {
  if (!host.may_be_enrolled) return Enter(std::move(host), HostState::kGone);
  RemoveFromManager(host, &HostSteps::OnLeftManager);
}

void HostSteps::OnLeftManager(HostRecord host, const Result<Done>& left) {
  if (!left) return Retry(std::move(host), left.error());
  host.enrolment.clear();
  host.may_be_enrolled = false;
  Enter(std::move(host), HostState::kGone);
}

void HostSteps::Refuse(const std::string& cluster, std::string why) {
  refused_[cluster] = std::move(why);
}

void HostSteps::MachineVanished(const std::string& id) {
  const HostRecord* host = fleet_.Find(id);
  if (host == nullptr || busy_.contains(id)) return;
  Fail(*host, "the provider does not list the machine any more",
       host->state == HostState::kReady ? NoBlame() : ReactionToLostHost());
}

}  // namespace spillway
