// The calls, transitions and time limits that all states of host_steps.cc share.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "scaler/provision/host_steps.h"
#include "scaler/provision/outside_call.h"

namespace spillway {
namespace {

template <class Set>
auto* FindIn(const Set& set, const std::string& name) {
  const auto found = set.find(name);
  return found == set.end() ? nullptr : found->second.get();
}

}  // namespace

HostSteps::HostSteps(ProvisionContext& context, Fleet& fleet, Backoffs& backoffs)
    : context_(context), fleet_(fleet), backoffs_(backoffs) {}

void HostSteps::Schedule(const HostRecord& host) {
  LookAgain(host, std::max(host.next_look - context_.loop.Now(), Duration(0)));
}

void HostSteps::LookAgain(const HostRecord& host, Duration in) {
  EventLoop::TimerId& timer = visits_[host.id];
  if (timer != 0) context_.loop.Cancel(timer);
  timer = context_.loop.At(context_.loop.Now() + in, [this, id = host.id] {
    visits_.erase(id);
    Visit(id);
  });
}

void HostSteps::Visit(const std::string& id) {
  const HostRecord* host = fleet_.Find(id);
  if (host == nullptr || busy_.contains(id)) return;  // the answer brings the next visit
  if (ProviderOf(*host) != nullptr && RegistrarOf(*host) != nullptr) return Step(*host);
  context_.log.Limited(LogLevel::kError, "provision.host_without_plugin",
                       {{"host", id},
                        {"provider", host->provider},
                        {"expected",
                         "its provider and the registrar of its cluster in the "
                         "configuration"}});
  LookAgain(*host, std::chrono::minutes(1));
}

void HostSteps::Store(const HostRecord& host) { fleet_.Put(host); }

void HostSteps::Enter(HostRecord host, HostState state) {
  const Time now = context_.loop.Now();
  host.state = state;
  host.state_since = now;
  host.next_look = now;
  host.attempts = 0;
  host.absences = 0;
  if (state == HostState::kReady && !host.ready_at) {
    host.ready_at = now;
    backoffs_.Forgive(host, now);
    context_.metrics
        .GetHistogram("spillway_provision_time_to_ready_seconds",
                      "From the decision for a host until it is ready.",
                      {{"cluster", host.cluster}, {"provider", host.provider}})
        .Observe(Seconds(now - host.created_at));
  }
  if (state == HostState::kGone) host.gone_at = now;
  Store(host);
  if (IsLive(host)) LookAgain(host, Duration(0));
}

void HostSteps::Retry(HostRecord host, const Error& error) {
  ++host.attempts;
  host.last_error = error;
  const Duration delay = RetryDelay(host.attempts, context_.random.Unit());
  host.next_look = context_.loop.Now() + delay;
  Store(host);
  LookAgain(host, delay);
}

void HostSteps::Fail(HostRecord host, const std::string& why, const Reaction& reaction) {
  const Time now = context_.loop.Now();
  backoffs_.Strike(host, reaction, why, now);
  host.failure = why;
  host.failure_counts = reaction.counts;
  host.goal = HostGoal::kRetire;
  context_.metrics
      .GetCounter("spillway_provision_failures_total", "Hosts that were given up.",
                  {{"cluster", host.cluster}, {"provider", host.provider}})
      .Add();
  Enter(std::move(host), HostState::kFailed);
}

bool HostSteps::IsOverdue(const HostRecord& host, Duration limit) const {
  return context_.loop.Now() - host.state_since >= limit;
}

CreationGate& HostSteps::GateOf(const std::string& provider) {
  return gates_
      .try_emplace(provider, context_.providers.at(provider)->create_budget(), context_.loop.Now())
      .first->second;
}

std::int64_t HostSteps::InFlight(const std::string& provider) const {
  std::int64_t in_flight = 0;
  fleet_.ForEach([&](const HostRecord& host) {
    const bool is_coming = host.state == HostState::kCreating || host.state == HostState::kBooting;
    if (is_coming && host.provider == provider) ++in_flight;
  });
  return in_flight;
}

HostTarget HostSteps::TargetOf(const HostRecord& host) const {
  return {host.id,       host.cluster, host.address,    host.enrolment, host.provider,
          host.location, host.pool,    host.hypervisor, host.login};
}

Provider* HostSteps::ProviderOf(const HostRecord& host) const {
  return FindIn(context_.providers, host.provider);
}

Registrar* HostSteps::RegistrarOf(const HostRecord& host) const {
  const ClusterSpec* cluster = context_.FindCluster(host.cluster);
  return cluster == nullptr ? nullptr : FindIn(context_.registrars, cluster->registrar);
}

void HostSteps::Look(const HostRecord& host, Lane lane, Then<Machine> then) {
  const std::string token = host.token;
  const std::string location = host.location;
  const std::string machine = host.machine;
  CallProvider<Machine>(
      host, lane, "find",
      [token, location, machine](Provider& p) { return p.Find(token, location, machine); }, then);
}

template <class T>
void HostSteps::CallProvider(const HostRecord& host, Lane lane, const char* verb,
                             std::function<Result<T>(Provider&)> call, Then<T> then) {
  Provider& provider = *ProviderOf(host);
  Call<T>(
      host, lane, provider.channel(), verb,
      [&provider, call = std::move(call)] { return call(provider); }, then);
}

template <class T>
void HostSteps::CallRegistrar(const HostRecord& host, Lane lane, const char* verb,
                              std::function<Result<T>(Registrar&)> call, Then<T> then) {
  Registrar& registrar = *RegistrarOf(host);
  Call<T>(
      host, lane, registrar.channel(), verb,
      [&registrar, call = std::move(call)] { return call(registrar); }, then);
}

template <class T>
void HostSteps::Call(const HostRecord& host, Lane lane, const Channel& channel, const char* verb,
                     std::function<Result<T>()> call, Then<T> then) {
  busy_.insert(host.id);
  auto on_answer = [this, id = host.id, goal = host.goal, then](const Result<T>& result) {
    busy_.erase(id);
    const HostRecord* current = fleet_.Find(id);
    if (current == nullptr) return;
    (this->*then)(*current, result);
    // The goal was turned while the call was under way: act on it now, not at the next look.
    const HostRecord* after = fleet_.Find(id);
    if (after != nullptr && after->goal != goal) LookAgain(*after, Duration(0));
  };
  context_.journal.AfterCommit(
      [this, lane, channel, verb, call = std::move(call), on_answer = std::move(on_answer)] {
        AskOutside<T>(context_, lane, channel, verb, call, on_answer);
      });
}

// The calls that host_steps.cc makes.
template void HostSteps::CallProvider(const HostRecord&, Lane, const char*,
                                      std::function<Result<Machine>(Provider&)>, Then<Machine>);
template void HostSteps::CallProvider(const HostRecord&, Lane, const char*,
                                      std::function<Result<Done>(Provider&)>, Then<Done>);
template void HostSteps::CallRegistrar(const HostRecord&, Lane, const char*,
                                       std::function<Result<Done>(Registrar&)>, Then<Done>);
template void HostSteps::CallRegistrar(const HostRecord&, Lane, const char*,
                                       std::function<Result<Readiness>(Registrar&)>,
                                       Then<Readiness>);
template void HostSteps::CallRegistrar(const HostRecord&, Lane, const char*,
                                       std::function<Result<std::string>(Registrar&)>,
                                       Then<std::string>);
template void HostSteps::CallRegistrar(const HostRecord&, Lane, const char*,
                                       std::function<Result<EnrolmentStatus>(Registrar&)>,
                                       Then<EnrolmentStatus>);

}  // namespace spillway
