#include "scaler/provision/provisioner.h"

#include <utility>

#include "scaler/provision/host_orders.h"

namespace spillway {
namespace {

constexpr Duration kPrepareAgainAfter = std::chrono::seconds(30);

// A create call may have been under way when the process ended: nobody knows what came of it.
HostRecord AfterRestart(HostRecord host, Time now) {
  if (host.state != HostState::kCreating || host.outcome_unknown) return host;
  host.outcome_unknown = true;
  host.state_since = now;  // it may have been made a moment ago
  return host;
}

// To a cluster manager.
bool AreAlike(const ClusterSpec& a, const ClusterSpec& b) {
  return a.registrar == b.registrar && a.workload == b.workload && a.hypervisor == b.hypervisor;
}

}  // namespace

Provisioner::Provisioner(ProvisionContext context, Fleet::OnChange on_change)
    : context_(std::move(context)),
      fleet_(context_.journal, std::move(on_change)),
      backoffs_(context_.journal),
      steps_(context_, fleet_, backoffs_),
      sweeper_(context_, fleet_, steps_) {}

void Provisioner::Resume(const std::vector<HostRecord>& hosts,
                         const std::vector<OfferBackoff>& backoffs) {
  for (const OfferBackoff& backoff : backoffs) backoffs_.Load(backoff);
  for (const HostRecord& stored : hosts) {
    const HostRecord host = AfterRestart(stored, context_.loop.Now());
    fleet_.Load(host);
    steps_.Schedule(host);
  }
  sweeper_.Start();
  PrepareClusters();
}

void Provisioner::Reconfigure(const ProvisionConfig& config) {
  context_.config = config;
  std::erase_if(prepared_,
                [this](const auto& entry) { return context_.FindCluster(entry.first) == nullptr; });
  PrepareClusters();
}

// Those that their managers do not know as they are now.
void Provisioner::PrepareClusters() {
  for (const ClusterSpec& cluster : context_.clusters) {
    if (!context_.registrars.contains(cluster.registrar)) continue;
    const auto known = prepared_.find(cluster.name);
    if (known != prepared_.end() && AreAlike(known->second, cluster)) continue;
    prepared_.insert_or_assign(cluster.name, cluster);
    steps_.Hold(cluster.name);
    if (preparing_.insert(cluster.name).second) Prepare(cluster.name);
  }
}

// Again and again until the manager has done it. No host is asked for before its first answer; then
// hosts wait in `enrolling` as long, or, when it cannot be done at all, none is asked for.
void Provisioner::Prepare(const std::string& name) {
  const auto wanted = prepared_.find(name);
  if (wanted == prepared_.end()) {  // the cluster is no more
    preparing_.erase(name);
    return steps_.Release(name);
  }
  const ClusterSpec& cluster = wanted->second;
  Registrar& manager = *context_.registrars.at(cluster.registrar);
  context_.workers.Ask<Done>(
      Lane::kUp, manager.channel(), [&manager, cluster] { return manager.Prepare(cluster); },
      [this, cluster](const Result<Done>& prepared) { OnPrepared(cluster, prepared); });
}

void Provisioner::OnPrepared(const ClusterSpec& cluster, const Result<Done>& prepared) {
  const auto wanted = prepared_.find(cluster.name);
  const bool is_this = wanted != prepared_.end() && AreAlike(wanted->second, cluster);
  if (!is_this) return Prepare(cluster.name);  // it was exchanged meanwhile
  steps_.Release(cluster.name);
  if (prepared) {
    preparing_.erase(cluster.name);
    return steps_.Accept(cluster.name);
  }
  if (prepared.error().kind == ErrorKind::kInvalid) {
    steps_.Refuse(cluster.name, Describe(prepared.error()));
  }
  context_.log.Limited(LogLevel::kWarning, "provision.prepare_failed",
                       {{"cluster", cluster.name}, {"error", Describe(prepared.error())}});
  context_.loop.At(context_.loop.Now() + kPrepareAgainAfter,
                   [this, name = cluster.name] { Prepare(name); });
}

void Provisioner::Carry(const Plan& plan, const Decision& decision) {
  for (const std::string& host : plan.reclaim) Turn(host, HostGoal::kServe, decision.id);
  for (const GiveBack& given : plan.give_back) Turn(given.host, HostGoal::kRetire, decision.id);
  for (const Take& take : plan.take) {
    for (std::int64_t i = 0; i < take.count; ++i) Request(take, decision);
  }
}

void Provisioner::Request(const Take& take, const Decision& decision) {
  const ClusterSpec* cluster = context_.FindCluster(decision.cluster);
  if (cluster == nullptr) return;
  const Time now = context_.loop.Now();
  HostRecord host;
  // Unguessable and never the same twice, even when the store is lost and begun anew.
  host.id = decision.cluster + "-" + context_.random.Hex(10);
  host.token = context_.owner + "-" + context_.random.Hex(20);
  host.cluster = decision.cluster;
  host.pool = take.pool;
  host.decision = decision.id;
  host.offer = take.offer.id;
  host.offer_group = take.offer.group;
  host.provider = take.offer.provider;
  host.location = take.offer.location;
  host.plan = take.offer.plan;
  host.quota = take.offer.quota;
  host.cluster_type = take.offer.cluster_type;
  host.hypervisor = cluster->hypervisor;
  host.capacity = take.offer.capacity;
  host.price_per_hour = take.offer.price_per_hour;
  host.billing = take.offer.billing;
  host.created_at = host.state_since = host.next_look = now;
  fleet_.Put(host);
  steps_.Schedule(host);
}

Result<HostRecord> Provisioner::Obey(const HostRecord& host, const HostOrder& order) {
  const Time now = context_.loop.Now();
  Result<HostRecord> after = Ordered(host, order, now);
  if (!after) return after;
  if (order.action == HostAction::kRetry) backoffs_.Forgive(*after, now);
  if (!IsLive(*after)) return after;
  if (*after != host) fleet_.Put(*after);
  steps_.Schedule(*after);
  return after;
}

void Provisioner::Turn(const std::string& id, HostGoal goal, const std::string& decision) {
  const HostRecord* found = fleet_.Find(id);
  if (found == nullptr || found->goal == goal) return;
  HostRecord host = *found;
  host.goal = goal;
  host.retired_by = goal == HostGoal::kRetire ? decision : "";
  host.next_look = context_.loop.Now();
  fleet_.Put(host);
  steps_.Schedule(host);
}

}  // namespace spillway
