#include "scaler/provision/host_orders.h"

#include <string>
#include <utility>

#include "scaler/model/names.h"

namespace spillway {
namespace {

Error Conflict(const HostRecord& host, const std::string& why) {
  return {ErrorKind::kConflict, "host " + host.id, "", why};
}

Error IsOnItsWayDown(const HostRecord& host) {
  return Conflict(host, "it is " + std::string(Name(host.state)) + " and on its way down");
}

// The state is stepped at once.
HostRecord Turned(HostRecord host, HostGoal goal, const HostOrder& order, Time now) {
  host.goal = goal;
  host.goal_by = order.word;
  host.next_look = now;
  return host;
}

Result<HostRecord> Protected(HostRecord host, const HostOrder& order) {
  if (host.goal == HostGoal::kRetire) return IsOnItsWayDown(host);
  if (host.is_protected && host.protected_by) return host;
  host.is_protected = true;
  host.protected_by = order.word;
  return host;
}

Result<HostRecord> Drained(HostRecord host, const HostOrder& order, Time now) {
  if (host.goal == HostGoal::kDrained) return host;
  if (host.goal == HostGoal::kRetire) return IsOnItsWayDown(host);
  if (host.state < HostState::kReady) {
    return Conflict(host, "it is " + std::string(Name(host.state)) +
                              " and has no guests yet; retire it, if it is not wanted");
  }
  return Turned(std::move(host), HostGoal::kDrained, order, now);
}

Result<HostRecord> Undrained(HostRecord host, const HostOrder& order, Time now) {
  if (host.goal == HostGoal::kServe) return host;
  const bool has_left = host.goal == HostGoal::kRetire && !IsBeingEmptied(host);
  if (has_left || host.state > HostState::kDraining) return IsOnItsWayDown(host);
  host = Turned(std::move(host), HostGoal::kServe, order, now);
  host.goal_by.reset();  // from now on it is as any other
  host.leaves_guests = false;
  host.retired_by.clear();
  return host;
}

Result<HostRecord> Retired(HostRecord host, const HostOrder& order, Time now) {
  if (host.is_protected) return Conflict(host, "it is protected; unprotect it first");
  const bool leaves_guests = order.action == HostAction::kRetireNow;
  const bool is_said =
      host.goal == HostGoal::kRetire && host.goal_by && host.leaves_guests >= leaves_guests;
  if (is_said) return host;
  host = Turned(std::move(host), HostGoal::kRetire, order, now);
  host.leaves_guests = leaves_guests;
  return host;
}

Result<HostRecord> Retried(HostRecord host, Time now) {
  if (host.state == HostState::kReady && host.goal == HostGoal::kServe) {
    return Conflict(host, "it is ready: there is nothing to try again");
  }
  if (IsLive(host)) host.next_look = now;
  return host;
}

}  // namespace

Result<HostRecord> Ordered(HostRecord host, const HostOrder& order, Time now) {
  const bool is_retry = order.action == HostAction::kRetry;
  if (!IsLive(host) && !is_retry) return Conflict(host, "it is gone");
  switch (order.action) {
    case HostAction::kProtect: return Protected(std::move(host), order);
    case HostAction::kUnprotect:
      host.is_protected = false;
      host.protected_by.reset();
      return host;
    case HostAction::kDrain: return Drained(std::move(host), order, now);
    case HostAction::kUndrain: return Undrained(std::move(host), order, now);
    case HostAction::kRetire:
    case HostAction::kRetireNow: return Retired(std::move(host), order, now);
    case HostAction::kRetry: return Retried(std::move(host), now);
  }
  return host;
}

}  // namespace spillway
