// Carries plans out: one stored record for each machine, stepped until it is ready or gone.
//
// The rules that make it safe to kill the process at any moment:
//  - a record is durable before the call that it announces, and the call's result before the next;
//  - the create call carries the record's token, also as a tag; a record found in `creating` after
//    a restart is of unknown outcome and is resolved by looking, never by creating again;
//  - what the sweep finds without a record carries our tag and is deleted after two sightings.
// Loop thread only.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "scaler/model/plan.h"
#include "scaler/model/result.h"
#include "scaler/provision/backoffs.h"
#include "scaler/provision/context.h"
#include "scaler/provision/fleet.h"
#include "scaler/provision/host_steps.h"
#include "scaler/provision/sweeper.h"

namespace spillway {

class Provisioner {
 public:
  Provisioner(ProvisionContext context, Fleet::OnChange on_change);
  Provisioner(const Provisioner&) = delete;
  Provisioner& operator=(const Provisioner&) = delete;

  // After a start: takes over what is stored and goes on with it. Call once, before Carry.
  void Resume(const std::vector<HostRecord>& hosts, const std::vector<OfferBackoff>& backoffs);

  // The context has other clusters by now, and there is other patience with hosts.
  void Reconfigure(const ProvisionConfig& config);

  // Makes the plan's records: new ones as `requested`, given back ones with the goal `retire`,
  // reclaimed ones with the goal `serve`. The rest happens by itself.
  void Carry(const Plan& plan, const Decision& decision);

  // Does with the host what a person said (host_orders.h): the record, durable with the next
  // commit; the rest happens by itself. A retry also forgets the back-offs of what it was taken
  // from. `host` may be gone.
  Result<HostRecord> Obey(const HostRecord& host, const HostOrder& order);

  const Fleet& fleet() const { return fleet_; }
  std::vector<OfferBackoff> backoffs() const { return backoffs_.All(); }

 private:
  void PrepareClusters();
  void Prepare(const std::string& cluster);
  void OnPrepared(const ClusterSpec& cluster, const Result<Done>& prepared);
  void Request(const Take& take, const Decision& decision);
  void Turn(const std::string& id, HostGoal goal, const std::string& decision);

  ProvisionContext context_;
  Fleet fleet_;
  Backoffs backoffs_;
  HostSteps steps_;
  Sweeper sweeper_;
  std::map<std::string, ClusterSpec> prepared_;  // by name: as their managers are to have them
  std::set<std::string> preparing_;              // clusters whose managers are being asked
};

}  // namespace spillway
