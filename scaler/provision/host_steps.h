// One step of one host: look at the stored state, make at most one outside call, store what came
// of it. A step never waits; the record says when it is to be looked at again. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "scaler/provision/backoffs.h"
#include "scaler/provision/context.h"
#include "scaler/provision/creation_gate.h"
#include "scaler/provision/fleet.h"

namespace spillway {

class HostSteps {
 public:
  // All outlive the steps.
  HostSteps(ProvisionContext& context, Fleet& fleet, Backoffs& backoffs);

  // Visits the host at its `next_look`; a later call for the same host replaces the earlier.
  void Schedule(const HostRecord& host);

  // Hosts of the cluster that were not asked for yet wait until Release: its manager has not said
  // yet whether it can take them.
  void Hold(const std::string& cluster) { held_.insert(cluster); }
  void Release(const std::string& cluster) { held_.erase(cluster); }

  // Hosts of the cluster that were not asked for yet fail with `why`, until it is accepted again:
  // its manager could not take them.
  void Refuse(const std::string& cluster, std::string why);
  void Accept(const std::string& cluster) { refused_.erase(cluster); }

  // The sweep is sure that the host's machine does not exist any more.
  void MachineVanished(const std::string& id);

 private:
  template <class T>
  using Then = void (HostSteps::*)(HostRecord, const Result<T>&);

  void Visit(const std::string& id);
  void Step(const HostRecord& host);
  void Requested(HostRecord host);
  void Creating(const HostRecord& host);
  void Booting(const HostRecord& host);
  void Configuring(const HostRecord& host);
  void Enrolling(const HostRecord& host);
  void Ready(const HostRecord& host);
  void Draining(const HostRecord& host);
  void Removing(const HostRecord& host);

  void SendCreate(const HostRecord& host);
  void OnCreated(HostRecord host, const Result<Machine>& created);
  void OnLostCreateLooked(HostRecord host, const Result<Machine>& found);
  void OnMachine(HostRecord host, const Machine& machine);
  void OnBootingLooked(HostRecord host, const Result<Machine>& found);
  void OnProbed(HostRecord host, const Result<Readiness>& probed);
  void OnEnrolled(HostRecord host, const Result<std::string>& enrolment);
  void OnEnrolmentLooked(HostRecord host, const Result<EnrolmentStatus>& status);
  void OnReadyLooked(HostRecord host, const Result<EnrolmentStatus>& status);
  void OnCordoned(HostRecord host, const Result<Done>& cordoned);
  void OnTakenBack(HostRecord host, const Result<Done>& taken);
  void OnEvacuated(HostRecord host, const Result<EnrolmentStatus>& status);
  void OnRemovedFromManager(HostRecord host, const Result<Done>& removed);
  void OnDeleted(HostRecord host, const Result<Done>& deleted);
  void OnGoneLooked(HostRecord host, const Result<Machine>& found);
  void OnMachineGone(HostRecord host);
  void OnLeftManager(HostRecord host, const Result<Done>& left);
  void Cordon(const HostRecord& host);
  void TakeBack(const HostRecord& host);

  void Store(const HostRecord& host);
  // Stores the host in its new state and visits it at once.
  void Enter(HostRecord host, HostState state);
  // Visits the host again; stores nothing.
  void LookAgain(const HostRecord& host, Duration in);
  // Counts a failed call, stores the error, and visits the host again after a growing delay.
  void Retry(HostRecord host, const Error& error);
  // Gives the host up and backs off what it was taken from, as `reaction` says.
  void Fail(HostRecord host, const std::string& why, const Reaction& reaction);

  bool IsOverdue(const HostRecord& host, Duration limit) const;
  CreationGate& GateOf(const std::string& provider);
  std::int64_t InFlight(const std::string& provider) const;

  void RemoveFromManager(const HostRecord& host, Then<Done> then);
  void DeleteMachine(const HostRecord& host);

  // Makes the call on a worker, once everything before it is durable; `then` gets the record as it
  // is when the answer comes. A host has one call at a time.
  template <class T>
  void CallProvider(const HostRecord& host, Lane lane, const char* verb,
                    std::function<Result<T>(Provider&)> call, Then<T> then);
  template <class T>
  void CallRegistrar(const HostRecord& host, Lane lane, const char* verb,
                     std::function<Result<T>(Registrar&)> call, Then<T> then);
  template <class T>
  void Call(const HostRecord& host, Lane lane, const Channel& channel, const char* verb,
            std::function<Result<T>()> call, Then<T> then);
  void Look(const HostRecord& host, Lane lane, Then<Machine> then);
  HostTarget TargetOf(const HostRecord& host) const;
  Provider* ProviderOf(const HostRecord& host) const;
  Registrar* RegistrarOf(const HostRecord& host) const;

  ProvisionContext& context_;
  Fleet& fleet_;
  Backoffs& backoffs_;
  std::map<std::string, CreationGate> gates_;         // by provider
  std::map<std::string, EventLoop::TimerId> visits_;  // by host
  std::set<std::string> busy_;                        // hosts with a call under way
  std::set<std::string> held_;                        // clusters
  std::map<std::string, std::string> refused_;        // clusters, and why
};

}  // namespace spillway
