#include "providers/simulated/simulated_manager.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace spillway {
namespace {

using enum SimulatedFault;

Error LostAnswer(const std::string& where) {
  return {ErrorKind::kUnknownOutcome, where, "", "the connection was lost"};
}

Error NotKnown(const std::string& where) {
  return {ErrorKind::kNotFound, where, "NotFound", "no such host"};
}

// What is left of `before` when the part `left` of the time has still to pass.
Guests Remaining(const Guests& before, double left) {
  if (left <= 0 || before.count == 0) return {};
  const auto count = static_cast<std::int64_t>(std::ceil(static_cast<double>(before.count) * left));
  return {count,
          Scaled(before.allocated, static_cast<double>(count) / static_cast<double>(before.count))};
}

}  // namespace

SimulatedManager::SimulatedManager(const Clock& clock, SimulatedManagerSpec spec, Answers answers)
    : clock_(clock),
      spec_(std::move(spec)),
      answers_(std::move(answers)),
      birth_(clock.Now()),
      luck_(spec_.seed) {}

Result<Readiness> SimulatedManager::Probe(const HostTarget& target) {
  const std::lock_guard lock(mutex_);
  const std::string where = spec_.name + " Probe " + target.host;
  Random luck = luck_.ForCall("probe/" + target.host);
  if (auto error = Refused(where, luck, false)) return *std::move(error);
  const bool answers = answers_(target.address);
  return Readiness{{{"node", answers, answers ? "answers" : "does not answer yet"}}};
}

Result<std::string> SimulatedManager::Enrol(const HostTarget& target) {
  const std::lock_guard lock(mutex_);
  const std::string where = spec_.name + " Enrol " + target.host;
  Random luck = luck_.ForCall("enrol/" + target.host);
  if (auto error = Refused(where, luck, true)) return *std::move(error);
  if (Known(target.host) == nullptr) {
    SimulatedHost host;
    host.id = std::to_string(++enrolments_);
    host.name = target.host;
    host.cluster = target.cluster;
    host.address = target.address;
    host.enrolled_at = clock_.Now();
    host.monitored_at =
        Happens(kStuckEnrolment, luck) ? kDistantFuture : clock_.Now() + spec_.enrol;
    hosts_.emplace(target.host, std::move(host));
  }
  if (IsAnswerLost(luck)) return LostAnswer(where);
  return Known(target.host)->id;
}

Result<EnrolmentStatus> SimulatedManager::Look(const HostTarget& target) {
  const std::lock_guard lock(mutex_);
  Random luck = luck_.ForCall("look/" + target.host);
  if (auto error = Refused(spec_.name + " Look " + target.host, luck, false)) {
    return *std::move(error);
  }
  const SimulatedHost* host = Known(target.host);
  if (host == nullptr) return EnrolmentStatus{EnrolmentState::kAbsent, {}, ""};
  return StatusOf(*host);
}

Result<Done> SimulatedManager::SetSchedulable(const HostTarget& target, bool schedulable) {
  const std::lock_guard lock(mutex_);
  const std::string where = spec_.name + " SetSchedulable " + target.host;
  Random luck = luck_.ForCall("schedulable/" + target.host);
  if (auto error = Refused(where, luck, true)) return *std::move(error);
  SimulatedHost* host = Known(target.host);
  if (host == nullptr) return NotKnown(where);
  host->is_schedulable = schedulable;
  if (schedulable && host->evacuating_since) {
    host->evacuating_since.reset();
    host->is_filled = false;
  }
  if (IsAnswerLost(luck)) return LostAnswer(where);
  return Done{};
}

Result<EnrolmentStatus> SimulatedManager::Evacuate(const HostTarget& target) {
  const std::lock_guard lock(mutex_);
  const std::string where = spec_.name + " Evacuate " + target.host;
  Random luck = luck_.ForCall("evacuate/" + target.host);
  if (auto error = Refused(where, luck, true)) return *std::move(error);
  SimulatedHost* host = Known(target.host);
  if (host == nullptr) return EnrolmentStatus{EnrolmentState::kAbsent, {}, ""};
  if (!host->evacuating_since) {
    const double factor = Happens(kSlowEvacuation, luck) ? spec_.faults.slow_factor : 1.0;
    host->is_schedulable = false;
    host->evacuating_since = clock_.Now();
    host->evacuation = Duration(std::llround(static_cast<double>(spec_.evacuate.count()) * factor));
    host->before_evacuation = host->guests;
    BringUpToDate(*host);
  }
  if (IsAnswerLost(luck)) return LostAnswer(where);
  return StatusOf(*host);
}

Result<Done> SimulatedManager::Remove(const HostTarget& target) {
  const std::lock_guard lock(mutex_);
  const std::string where = spec_.name + " Remove " + target.host;
  Random luck = luck_.ForCall("remove/" + target.host);
  if (auto error = Refused(where, luck, true)) return *std::move(error);
  const SimulatedHost* host = Known(target.host);
  if (host != nullptr && host->guests.count > 0) {
    return Error{ErrorKind::kConflict, where, "HostNotEmpty",
                 std::to_string(host->guests.count) + " guests run on it"};
  }
  hosts_.erase(target.host);
  if (IsAnswerLost(luck)) return LostAnswer(where);
  return Done{};
}

std::vector<SimulatedHost> SimulatedManager::Hosts() const {
  const std::lock_guard lock(mutex_);
  std::vector<SimulatedHost> hosts;
  for (const auto& [name, host] : hosts_) hosts.push_back(host);
  return hosts;
}

std::int64_t SimulatedManager::GuestsHurt() const {
  const std::lock_guard lock(mutex_);
  return guests_hurt_;
}

void SimulatedManager::SetGuests(const std::string& name, const Guests& guests) {
  const std::lock_guard lock(mutex_);
  if (SimulatedHost* host = Known(name)) {
    host->guests = guests;
    host->is_filled = true;
    if (host->evacuating_since) {  // these take as long as those before them
      host->evacuating_since = clock_.Now();
      host->before_evacuation = guests;
    }
  }
}

void SimulatedManager::SetWaitingGuests(std::vector<WaitingGuest> guests) {
  const std::lock_guard lock(mutex_);
  waiting_ = std::move(guests);
}

Result<std::vector<WaitingGuest>> SimulatedManager::WaitingGuests(const std::string& cluster) {
  const std::lock_guard lock(mutex_);
  Random luck = luck_.ForCall("waiting/" + cluster);
  if (auto error = Refused(spec_.name + " WaitingGuests " + cluster, luck, false)) {
    return *std::move(error);
  }
  return waiting_;
}

std::optional<Error> SimulatedManager::Refused(const std::string& where, Random& luck,
                                               bool changes) {
  if (Happens(kThrottled, luck)) return Error{ErrorKind::kThrottled, where, "", "slow down"};
  if (Happens(kTransient, luck)) {
    return Error{ErrorKind::kTransient, where, "", "please try again"};
  }
  if (changes && Happens(kLostRequest, luck)) return LostAnswer(where);
  return std::nullopt;
}

bool SimulatedManager::Happens(SimulatedFault fault, Random& luck) const {
  return luck.Chance(spec_.faults.Chance(fault, clock_.Now() - birth_));
}

bool SimulatedManager::IsAnswerLost(Random& luck) const { return Happens(kLostAnswer, luck); }

SimulatedHost* SimulatedManager::Known(const std::string& name) {
  const auto found = hosts_.find(name);
  if (found == hosts_.end()) return nullptr;
  BringUpToDate(found->second);
  return &found->second;
}

void SimulatedManager::BringUpToDate(SimulatedHost& host) {
  const Time now = clock_.Now();
  if (!answers_(host.address)) {
    if (!host.silent_since) host.silent_since = now;
    if (now - *host.silent_since >= spec_.unanswered) {
      guests_hurt_ += host.guests.count;
      host.guests = host.before_evacuation = {};
    }
    return;
  }
  host.silent_since.reset();
  if (now < host.monitored_at) return;
  if (host.evacuating_since) {
    const double left =
        1.0 - Seconds(now - *host.evacuating_since) / std::max(Seconds(host.evacuation), 1e-3);
    host.guests = Remaining(host.before_evacuation, left);
  } else if (host.is_schedulable && !host.is_filled) {
    host.guests = spec_.per_host;
    host.is_filled = true;
  }
}

EnrolmentStatus SimulatedManager::StatusOf(const SimulatedHost& host) const {
  if (host.silent_since) return {EnrolmentState::kError, host.guests, "the host does not answer"};
  if (clock_.Now() < host.monitored_at) return {EnrolmentState::kPending, host.guests, "starting"};
  const bool takes = host.is_schedulable;
  return {takes ? EnrolmentState::kMonitored : EnrolmentState::kCordoned, host.guests, ""};
}

}  // namespace spillway
