#include "providers/opennebula/opennebula_registrar.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "providers/opennebula/client/one_waiting.h"
#include "providers/opennebula/one_drivers.h"

namespace spillway {
namespace {

// So many refused moves end a call of Evacuate, for each move that it may make.
constexpr int kRefusalsPerMove = 3;

std::string_view Name(OneHostState state) {
  switch (state) {
    case OneHostState::kInit: return "INIT";
    case OneHostState::kMonitored: return "MONITORED";
    case OneHostState::kError: return "ERROR";
    case OneHostState::kDisabled: return "DISABLED";
    case OneHostState::kOffline: return "OFFLINE";
  }
  return "MONITORING";
}

EnrolmentState EnrolmentOf(OneHostState state) {
  switch (state) {
    case OneHostState::kInit: return EnrolmentState::kPending;
    case OneHostState::kMonitored: return EnrolmentState::kMonitored;
    case OneHostState::kError: return EnrolmentState::kError;
    case OneHostState::kDisabled:
    case OneHostState::kOffline: return EnrolmentState::kCordoned;
  }
  return EnrolmentState::kPending;
}

EnrolmentStatus Absent() { return {EnrolmentState::kAbsent, {}, "OpenNebula has no such host"}; }

bool IsMissing(const std::vector<int>& ids, int id) {
  return std::find(ids.begin(), ids.end(), id) == ids.end();
}

const OneCluster* ByName(const std::vector<OneCluster>& clusters, const std::string& name) {
  const auto found = std::find_if(clusters.begin(), clusters.end(),
                                  [&](const OneCluster& c) { return c.name == name; });
  return found == clusters.end() ? nullptr : &*found;
}

std::optional<int> IdOf(const std::string& enrolment) {
  int id = 0;
  const char* end = enrolment.data() + enrolment.size();
  const auto [last, failure] = std::from_chars(enrolment.data(), end, id);
  if (failure != std::errc() || last != end) return std::nullopt;
  return id;
}

// Marked as another machine's. A host without a mark may be one whose allocation was not answered.
bool IsForeign(const OneHost& host, const HostTarget& target) {
  return !host.spillway_host.empty() && host.spillway_host != target.host;
}

// What one guest is refused says nothing about the next; these do.
bool ConcernsEveryCall(ErrorKind kind) {
  return kind == ErrorKind::kTransient || kind == ErrorKind::kThrottled ||
         kind == ErrorKind::kUnknownOutcome;
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

}  // namespace

EnrolmentStatus StatusOf(const OneHost& host) {
  EnrolmentStatus status;
  status.state = EnrolmentOf(host.state);
  // The two disagree while a guest is on its way; the larger is the safe one.
  status.guests.count = std::max(host.running_vms, static_cast<std::int64_t>(host.vms.size()));
  status.guests.allocated = {(host.used.cpu_percent + 99) / 100,
                             (host.used.memory_kib + 1023) / 1024};
  status.detail = Name(host.state);
  if (host.state == OneHostState::kError && !host.error.empty()) status.detail += ": " + host.error;
  return status;
}

OpenNebulaRegistrar::OpenNebulaRegistrar(std::string name, OpenNebulaSettings settings,
                                         HttpClient& http)
    : channel_{std::move(name), settings.parallel_calls},
      settings_(std::move(settings)),
      nodes_(settings_.nodes),
      api_(http, channel_.name, settings_.access) {}

Result<Done> OpenNebulaRegistrar::Prepare(const ClusterSpec& cluster) {
  const Result<Done> driver = CheckDriver(cluster.hypervisor);
  if (!driver) return driver;
  const Result<int> id = EnsureCluster(cluster.name);
  if (!id) return id.error();
  return Done{};
}

Result<Readiness> OpenNebulaRegistrar::Probe(const HostTarget& target) {
  if (settings_.probes) return nodes_.Look(target);
  return Readiness{{{"node", true, "was not looked at, as configured"}}};
}

Result<std::string> OpenNebulaRegistrar::Enrol(const HostTarget& target) {
  const Result<Done> driver = CheckDriver(target.hypervisor);
  if (!driver) return driver.error();
  const Result<int> cluster = EnsureCluster(target.cluster);
  if (!cluster) return cluster.error();
  const Result<int> host = EnsureHost(target, *cluster);
  if (!host) return host.error();
  const Result<Done> marked = api_.UpdateHost(*host, {{"BURST", "yes"},
                                                      {"PROVIDER", target.provider},
                                                      {"POOL", target.pool},
                                                      {"SPILLWAY_HOST", target.host}});
  if (!marked) return marked.error();
  return std::to_string(*host);
}

Result<EnrolmentStatus> OpenNebulaRegistrar::Look(const HostTarget& target) {
  const Result<std::optional<OneHost>> host = Find(target);
  if (!host) return host.error();
  return *host ? StatusOf(**host) : Absent();
}

Result<Done> OpenNebulaRegistrar::SetSchedulable(const HostTarget& target, bool schedulable) {
  const Result<std::optional<OneHost>> found = Find(target);
  if (!found) return found.error();
  if (!*found) {
    return Error{ErrorKind::kNotFound, WhereOf(target), "", Absent().detail};
  }
  const OneHost& host = **found;
  // Only when it is needed: oned puts a host that is enabled again back to INIT, and one that is
  // offline must not be woken by disabling it.
  const bool is_off = EnrolmentOf(host.state) == EnrolmentState::kCordoned;
  if (schedulable && is_off) return api_.EnableHost(host.id);
  if (!schedulable && !is_off) return api_.DisableHost(host.id);
  return Done{};
}

Result<EnrolmentStatus> OpenNebulaRegistrar::Evacuate(const HostTarget& target) {
  const Result<std::optional<OneHost>> found = Find(target);
  if (!found) return found.error();
  if (!*found) return Absent();
  const OneHost& host = **found;
  if (host.vms.empty()) return StatusOf(host);

  const Result<EvacuationPlan> plan = PlanMoves(target, host);
  if (!plan) return plan.error();
  std::vector<std::string> details = CarryOut(*plan);
  details.insert(details.end(), plan->stuck.begin(), plan->stuck.end());

  const Result<OneHost> now = api_.Host(host.id);
  if (!now) return now.error();
  EnrolmentStatus status = StatusOf(*now);
  details.insert(details.begin(), status.detail);
  status.detail = Joined(details);
  return status;
}

Result<Done> OpenNebulaRegistrar::Remove(const HostTarget& target) {
  const Result<std::optional<OneHost>> host = Find(target);
  if (!host) return host.error();
  if (!*host) return Done{};
  const std::int64_t guests = StatusOf(**host).guests.count;
  if (guests > 0) return Conflict(target, std::to_string(guests) + " guests are still on it");
  const Result<Done> removed = api_.DeleteHost((*host)->id);
  if (!removed && removed.error().kind == ErrorKind::kNotFound) return Done{};
  return removed;
}

Result<std::vector<WaitingGuest>> OpenNebulaRegistrar::WaitingGuests(const ClusterSpec& cluster) {
  const Result<std::vector<OneCluster>> clusters = api_.Clusters();
  if (!clusters) return clusters.error();
  const OneCluster* known = ByName(*clusters, cluster.name);
  if (known == nullptr) {
    return Error{ErrorKind::kNotFound, "opennebula " + channel_.name, "",
                 "has no cluster " + cluster.name + " yet"};
  }
  const Result<std::vector<OneWaitingVm>> vms = api_.WaitingVms();
  if (!vms) return vms.error();
  std::vector<WaitingGuest> guests;
  for (const OneWaitingVm& vm : *vms) {
    if (auto guest = GuestOf(vm, *known, cluster.hypervisor)) guests.push_back(*std::move(guest));
  }
  return guests;
}

std::string OpenNebulaRegistrar::UserData(Hypervisor hypervisor) const {
  return nodes_.UserData(hypervisor);
}

// oned takes hosts of drivers that it does not have, and leaves them in INIT for ever.
Result<Done> OpenNebulaRegistrar::CheckDriver(Hypervisor hypervisor) const {
  if (!DependsOnVersion(hypervisor)) return Done{};
  const Result<std::string> version = api_.Version();
  if (!version) return version.error();
  const std::optional<std::string> why = WhyNotDriven(hypervisor, *version);
  if (!why) return Done{};
  return Error{ErrorKind::kInvalid, "opennebula " + channel_.name, "", *why};
}

// The datastores and networks come before any host: a guest that is created meanwhile is placed
// only on clusters that had its datastore and network when it was created.
Result<int> OpenNebulaRegistrar::EnsureCluster(const std::string& name) {
  const Result<std::vector<OneCluster>> clusters = api_.Clusters();
  if (!clusters) return clusters.error();
  OneCluster cluster;
  if (const OneCluster* known = ByName(*clusters, name)) {
    cluster = *known;
  } else {
    const Result<int> id = CreateOrFindCluster(name);
    if (!id) return id.error();
    cluster.id = *id;
  }
  for (const int datastore : settings_.datastores) {
    if (!IsMissing(cluster.datastores, datastore)) continue;
    const Result<Done> added = api_.AddDatastore(cluster.id, datastore);
    if (!added) return added.error();
  }
  for (const int network : settings_.networks) {
    if (!IsMissing(cluster.networks, network)) continue;
    const Result<Done> added = api_.AddNetwork(cluster.id, network);
    if (!added) return added.error();
  }
  return cluster.id;
}

Result<int> OpenNebulaRegistrar::CreateOrFindCluster(const std::string& name) {
  const Result<int> created = api_.AllocateCluster(name);
  if (created || created.error().kind != ErrorKind::kConflict) return created;
  const Result<std::vector<OneCluster>> clusters = api_.Clusters();  // another worker was faster
  if (!clusters) return clusters.error();
  if (const OneCluster* known = ByName(*clusters, name)) return known->id;
  return created;
}

// Names are unique in OpenNebula: allocating first and looking when the name is taken leaves no
// gap in which a second host could come to be, and reads the whole pool only after a lost answer.
Result<int> OpenNebulaRegistrar::EnsureHost(const HostTarget& target, int cluster) {
  const Result<int> allocated =
      api_.AllocateHost(NameOf(target), std::string(Name(target.hypervisor)), cluster);
  if (allocated || allocated.error().kind != ErrorKind::kConflict) return allocated;
  const Result<std::optional<OneHost>> known = FindByName(target);
  if (!known) return known.error();
  if (!*known) return allocated.error();
  const OneHost& host = **known;
  if (IsForeign(host, target)) {
    return Conflict(target, "host " + std::to_string(host.id) + " has this name and belongs to " +
                                host.spillway_host);
  }
  if (host.cluster_id != cluster) {
    return Conflict(target, "host " + std::to_string(host.id) +
                                " has this name and is in cluster " +
                                std::to_string(host.cluster_id));
  }
  return host.id;
}

Result<std::optional<OneHost>> OpenNebulaRegistrar::Find(const HostTarget& target) {
  if (const std::optional<int> id = IdOf(target.enrolment)) {
    const Result<OneHost> host = api_.Host(*id);
    if (!host && host.error().kind != ErrorKind::kNotFound) return host.error();
    if (!host || IsForeign(*host, target)) return std::optional<OneHost>();
    return std::optional<OneHost>(*host);
  }
  // An allocation whose answer was lost may have left a host behind.
  const Result<std::optional<OneHost>> host = FindByName(target);
  if (!host || !*host) return host;
  if (IsForeign(**host, target) || (*host)->cluster != target.cluster) {
    return std::optional<OneHost>();
  }
  return host;
}

Result<std::optional<OneHost>> OpenNebulaRegistrar::FindByName(const HostTarget& target) {
  const std::string name = NameOf(target);
  if (name.empty()) return std::optional<OneHost>();
  Result<std::vector<OneHost>> hosts = api_.Hosts();
  if (!hosts) return hosts.error();
  for (OneHost& host : *hosts) {
    if (host.name == name) return std::optional<OneHost>(std::move(host));
  }
  return std::optional<OneHost>();
}

std::string OpenNebulaRegistrar::NameOf(const HostTarget& target) const {
  return settings_.host_name == OneHostName::kAddress ? target.address : target.host;
}

Result<EvacuationPlan> OpenNebulaRegistrar::PlanMoves(const HostTarget& target,
                                                      const OneHost& host) {
  const EvacuationWay way = settings_.evacuation[static_cast<std::size_t>(target.hypervisor)];
  const Result<std::vector<OneVm>> guests = api_.Vms(host.vms);
  if (!guests) return guests.error();
  Result<std::vector<OneHost>> hosts{std::vector<OneHost>()};
  if (way == EvacuationWay::kLive || way == EvacuationWay::kPowerOffMigrate) hosts = api_.Hosts();
  if (!hosts) return hosts.error();
  return PlanEvacuation(host, *guests, *hosts, way);
}

std::vector<std::string> OpenNebulaRegistrar::CarryOut(const EvacuationPlan& plan) {
  const int allowed = std::max(0, settings_.moves_at_once - plan.under_way);
  int started = 0;
  int refused = 0;
  std::vector<std::string> details;
  const std::size_t first = turn_.fetch_add(static_cast<unsigned>(settings_.moves_at_once));
  for (std::size_t i = 0; i < plan.steps.size() && started < allowed; ++i) {
    if (refused == kRefusalsPerMove * settings_.moves_at_once) break;
    const EvacuationStep& step = plan.steps[(first + i) % plan.steps.size()];
    const Result<Done> done = step.migration ? api_.Migrate(step.vm, step.host, *step.migration)
                                             : api_.Act(step.action, step.vm);
    if (done) {
      ++started;
      continue;
    }
    ++refused;
    details.push_back("guest " + std::to_string(step.vm) + ": " + Describe(done.error()));
    if (ConcernsEveryCall(done.error().kind)) break;
  }
  if (plan.under_way + started > 0) {
    details.insert(details.begin(),
                   std::to_string(plan.under_way + started) + " guests on their way");
  }
  return details;
}

std::string OpenNebulaRegistrar::WhereOf(const HostTarget& target) const {
  return "opennebula " + channel_.name + " host " + NameOf(target);
}

Error OpenNebulaRegistrar::Conflict(const HostTarget& target, std::string text) const {
  return {ErrorKind::kConflict, WhereOf(target), "", std::move(text)};
}

}  // namespace spillway
