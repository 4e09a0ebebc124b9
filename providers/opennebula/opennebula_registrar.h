// The registrar for OpenNebula front-ends, over XML-RPC.
#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/node/nodes.h"
#include "providers/opennebula/client/one_api.h"
#include "providers/opennebula/evacuation.h"
#include "providers/registrar.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

// What a host is called in OpenNebula, which is also how the front-end and other nodes reach it.
// Addresses need no name service, but libvirt migrates to hosts registered by address only where
// the names that nodes call themselves resolve; ids must resolve on the front-end and all nodes.
enum class OneHostName { kAddress, kId };

struct OpenNebulaSettings {
  OneApi::Access access;
  // A cluster that Spillway uses has at least these.
  std::vector<int> datastores;
  std::vector<int> networks;
  OneHostName host_name = OneHostName::kAddress;

  bool probes = true;  // else machines that run are taken for configured
  NodeSettings nodes;

  // By Hypervisor.
  std::array<EvacuationWay, 3> evacuation = {DefaultEvacuation(Hypervisor::kKvm),
                                             DefaultEvacuation(Hypervisor::kFirecracker),
                                             DefaultEvacuation(Hypervisor::kLxc)};
  int moves_at_once = 3;  // guests of one host on their way at a time

  int parallel_calls = 4;  // per lane; oned serves 15 connections in all
};

// XML-RPC requests per call, each within `access.timeout`: Probe none; Enrol 3 (1 more when the
// host is there already, 1 more where drivers depend on the version, for a new cluster 1 more and 1
// for each datastore and network); Look 1; SetSchedulable 2; Evacuate at most 4 and 4 for each of
// `moves_at_once`; Remove 2; WaitingGuests 2. Where the enrolment is not known, 1 more to look the
// host up by name.
class OpenNebulaRegistrar final : public Registrar {
 public:
  // `http` outlives it. Throws as Nodes does.
  OpenNebulaRegistrar(std::string name, OpenNebulaSettings settings, HttpClient& http);

  // kInvalid: the front-end has no driver for the cluster's hypervisor (one_drivers.h).
  Result<Done> Prepare(const ClusterSpec& cluster) override;
  Result<Readiness> Probe(const HostTarget& target) override;
  // kInvalid as Prepare; kConflict: a host of that name belongs to another machine, or stands in
  // another cluster.
  Result<std::string> Enrol(const HostTarget& target) override;
  Result<EnrolmentStatus> Look(const HostTarget& target) override;
  Result<Done> SetSchedulable(const HostTarget& target, bool schedulable) override;
  // Guests take turns, so that one that OpenNebula refuses to move does not hold up the others.
  // `detail` says what is under way and which guests cannot go, and why.
  Result<EnrolmentStatus> Evacuate(const HostTarget& target) override;
  Result<Done> Remove(const HostTarget& target) override;
  // Machines that are PENDING and that the scheduler has tried, with what one_waiting.h makes of
  // each. kNotFound: OpenNebula has no such cluster yet.
  Result<std::vector<WaitingGuest>> WaitingGuests(const ClusterSpec& cluster) override;
  std::string UserData(Hypervisor hypervisor) const override;
  const Channel& channel() const override { return channel_; }

 private:
  Result<Done> CheckDriver(Hypervisor hypervisor) const;
  Result<int> EnsureCluster(const std::string& name);
  Result<int> CreateOrFindCluster(const std::string& name);
  Result<int> EnsureHost(const HostTarget& target, int cluster);
  // Nothing: OpenNebula has no such host, or it is another's: marked so, or, when only the name
  // is known, in another cluster.
  Result<std::optional<OneHost>> Find(const HostTarget& target);
  Result<std::optional<OneHost>> FindByName(const HostTarget& target);
  std::string NameOf(const HostTarget& target) const;
  Result<EvacuationPlan> PlanMoves(const HostTarget& target, const OneHost& host);
  std::vector<std::string> CarryOut(const EvacuationPlan& plan);
  std::string WhereOf(const HostTarget& target) const;
  Error Conflict(const HostTarget& target, std::string text) const;

  const Channel channel_;
  const OpenNebulaSettings settings_;
  const Nodes nodes_;
  OneApi api_;
  std::atomic<unsigned> turn_ = 0;
};

// The status that OpenNebula's host amounts to.
EnrolmentStatus StatusOf(const OneHost& host);

}  // namespace spillway
