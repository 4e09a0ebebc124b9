#include "providers/simulated/simulated_cloud.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace spillway {
namespace {

using enum SimulatedFault;

// When a cloud refuses to start a machine that it had accepted, it does so within seconds.
constexpr Duration kStartFailsAfter = std::chrono::seconds(3);
// Being switched on is the smaller part of becoming a configured node.
constexpr double kRunsAfterPartOfBoot = 0.4;

Duration Times(Duration d, double factor) {
  return Duration(std::llround(static_cast<double>(d.count()) * factor));
}

Duration DrawBoot(const BootTime& boot, Random& luck) {
  return Times(boot.median, luck.LogNormal(1.0, boot.sigma));
}

bool IsSameRequest(const MachineSpec& a, const MachineSpec& b) {
  return a.owner == b.owner && a.cluster == b.cluster && a.host == b.host &&
         a.location == b.location && a.plan == b.plan && a.cluster_type == b.cluster_type &&
         a.hypervisor == b.hypervisor && a.user_data == b.user_data;
}

std::string StateText(const SimulatedMachine& machine, MachineState state, bool dead) {
  if (state == MachineState::kGone && machine.start_failure) return "gone: could not be started";
  if (dead && state == MachineState::kGone) return "gone: its hardware failed";
  if (dead && state == MachineState::kStopped) return "stopped: it was switched off";
  switch (state) {
    case MachineState::kStarting: return "starting";
    case MachineState::kRunning: return "running";
    case MachineState::kStopping: return "stopping";
    case MachineState::kStopped: return "stopped";
    case MachineState::kGone: return "gone";
    case MachineState::kUnknown: return "unknown";
  }
  return "unknown";
}

}  // namespace

bool SimulatedMachine::Answers(Time now) const {
  return Exists(now) && !IsDead(now) && !delete_asked_at && now >= answers_at;
}

MachineState SimulatedMachine::StateAt(Time now) const {
  if (!Exists(now)) return MachineState::kGone;
  if (delete_asked_at) return MachineState::kStopping;
  if (IsDead(now) && death == SimulatedDeath::kSwitchedOff) return MachineState::kStopped;
  return now < runs_at ? MachineState::kStarting : MachineState::kRunning;
}

Money SimulatedMachine::CostAt(Time now) const {
  if (start_failure) return {};
  const Time end = gone_at ? std::min(*gone_at, now) : now;
  return Cost(price_per_hour, billing, end - created_at);
}

SimulatedCloud::SimulatedCloud(const Clock& clock, SimulatedCloudSpec spec)
    : clock_(clock), spec_(std::move(spec)), birth_(clock.Now()), luck_(spec_.seed) {}

Result<Catalogue> SimulatedCloud::Offers() {
  const std::lock_guard lock(mutex_);
  const std::string where = spec_.name + " Offers";
  Random luck = luck_.ForCall("offers");
  if (auto error = Refused(where, luck, false)) return *std::move(error);
  Catalogue catalogue{.offers = spec_.offers, .quotas = spec_.quotas};
  for (Offer& offer : catalogue.offers) {
    if (offer.stock) offer.stock = StockLeft(offer);
  }
  return catalogue;
}

Result<Machine> SimulatedCloud::Create(const MachineSpec& spec) {
  const std::lock_guard lock(mutex_);
  const std::string where = spec_.name + " Create " + spec.location + " " + spec.plan;
  Random luck = luck_.ForCall("create/" + spec.token);
  if (auto error = Refused(where, luck, true)) return *std::move(error);
  const bool is_answer_lost = Happens(kLostAnswer, luck);
  const auto answer = [&](Result<Machine> machine) -> Result<Machine> {
    if (!is_answer_lost) return machine;
    return Error{ErrorKind::kUnknownOutcome, where, "", "the connection was lost"};
  };

  if (const auto known = by_token_.find(spec.token); known != by_token_.end()) {
    const SimulatedMachine& machine = machines_[known->second];
    if (IsSameRequest(machine.spec, spec)) return answer(View(machine));
    return answer(Error{ErrorKind::kConflict, where, "TokenMismatch",
                        "the token was used for another machine"});
  }
  const Offer* offer = OfferFor(spec);
  if (offer == nullptr) {
    return answer(Error{ErrorKind::kInvalid, where, "NoSuchPlan", "no such plan at this location"});
  }
  if (auto error = CannotHave(*offer, where, luck)) return answer(*std::move(error));
  const bool is_ghost = Happens(kGhost, luck, offer->id);
  SimulatedMachine& machine = MakeMachine(spec, *offer);
  if (is_ghost) {
    machine.visible_at = clock_.Now() + spec_.faults.ghost_delay;
    return Error{ErrorKind::kTransient, where, "InternalError", "please try again"};
  }
  return answer(View(machine));
}

Result<Machine> SimulatedCloud::Find(const std::string& token, const std::string& location) {
  const std::lock_guard lock(mutex_);
  const std::string where = spec_.name + " Find " + location;
  Random luck = luck_.ForCall("find/" + token);
  if (auto error = Refused(where, luck, false)) return *std::move(error);
  const Time now = clock_.Now();
  const auto known = by_token_.find(token);
  const Error not_found{ErrorKind::kNotFound, where, "NotFound", "no machine with this token"};
  if (known == by_token_.end()) return not_found;
  const SimulatedMachine& machine = machines_[known->second];
  const bool is_forgotten = machine.gone_at && now >= *machine.gone_at + spec_.remembered;
  const bool is_elsewhere = machine.spec.location != location;
  if (is_forgotten || is_elsewhere || now < machine.visible_at) return not_found;
  return View(machine);
}

Result<MachineList> SimulatedCloud::List(const std::string& owner) {
  const std::lock_guard lock(mutex_);
  Random luck = luck_.ForCall("list/" + owner);
  if (auto error = Refused(spec_.name + " List", luck, false)) return *std::move(error);
  const Time now = clock_.Now();
  MachineList list;
  list.is_complete = !Happens(kPartialList, luck);
  for (const SimulatedMachine& machine : machines_) {
    const bool is_listed =
        machine.spec.owner == owner && machine.Exists(now) && now >= machine.visible_at;
    if (is_listed && (list.is_complete || luck.Chance(0.5))) list.machines.push_back(View(machine));
  }
  return list;
}

Result<Done> SimulatedCloud::Delete(const std::string& machine_id, const std::string& location) {
  const std::lock_guard lock(mutex_);
  const std::string where = spec_.name + " Delete " + machine_id;
  Random luck = luck_.ForCall("delete/" + machine_id);
  if (auto error = Refused(where, luck, true)) return *std::move(error);
  const auto known = by_id_.find(machine_id);
  if (known == by_id_.end()) return Done{};
  SimulatedMachine& machine = machines_[known->second];
  // Taking another place's silence for "gone" would leak the machine: a caller's mistake.
  if (machine.spec.location != location) {
    return Error{ErrorKind::kInvalid, where, "WrongLocation", "the machine is not at " + location};
  }
  const Time now = clock_.Now();
  if (machine.Exists(now) && !machine.delete_asked_at) {
    if (Happens(kDeleteFails, luck, machine.offer)) {
      return Error{ErrorKind::kConflict, where, "Locked", "the machine is busy"};
    }
    const bool lags = Happens(kDeleteLags, luck, machine.offer);
    const Time end = now + (lags ? spec_.faults.delete_lag : spec_.deletion);
    machine.delete_asked_at = now;
    machine.gone_at = machine.gone_at ? std::min(*machine.gone_at, end) : end;
  }
  if (Happens(kLostAnswer, luck)) {
    return Error{ErrorKind::kUnknownOutcome, where, "", "the connection was lost"};
  }
  return Done{};
}

std::vector<SimulatedMachine> SimulatedCloud::AllMachinesEver() const {
  const std::lock_guard lock(mutex_);
  return machines_;
}

std::vector<SimulatedMachine> SimulatedCloud::MachinesNow() const {
  std::vector<SimulatedMachine> machines = AllMachinesEver();
  std::erase_if(machines, [now = clock_.Now()](const auto& m) { return !m.Exists(now); });
  return machines;
}

Money SimulatedCloud::CostSoFar() const {
  const std::lock_guard lock(mutex_);
  Money cost;
  for (const SimulatedMachine& machine : machines_) cost += machine.CostAt(clock_.Now());
  return cost;
}

std::vector<std::string> SimulatedCloud::HostsWithTwins() const {
  std::map<std::string, int> machines_of;
  for (const SimulatedMachine& machine : MachinesNow()) ++machines_of[machine.spec.host];
  std::vector<std::string> hosts;
  for (const auto& [host, count] : machines_of) {
    if (count > 1) hosts.push_back(host);
  }
  return hosts;
}

bool SimulatedCloud::Answers(const std::string& address) const {
  const std::lock_guard lock(mutex_);
  const auto known = by_id_.find(address.substr(0, address.find('.')));
  if (known == by_id_.end()) return false;
  const SimulatedMachine& machine = machines_[known->second];
  return machine.address == address && machine.Answers(clock_.Now());
}

void SimulatedCloud::Kill(const std::string& machine_id, SimulatedDeath death) {
  const std::lock_guard lock(mutex_);
  const auto known = by_id_.find(machine_id);
  const Time now = clock_.Now();
  if (known == by_id_.end()) return;
  SimulatedMachine& machine = machines_[known->second];
  if (!machine.Exists(now) || machine.delete_asked_at || machine.start_failure) return;
  machine.dies_at = now;
  machine.death = death;
  machine.gone_at = death == SimulatedDeath::kEnds ? std::optional(now) : std::nullopt;
}

void SimulatedCloud::Script(SimulatedFault fault, int times, int after) {
  const std::lock_guard lock(mutex_);
  script_[fault] = {after, times};
}

bool SimulatedCloud::Happens(SimulatedFault fault, Random& luck, const std::string& offer) {
  if (const auto scripted = script_.find(fault); scripted != script_.end()) {
    ScriptedFault& script = scripted->second;
    if (script.after > 0) {
      --script.after;
    } else if (script.times > 0) {
      --script.times;
      return true;
    }
  }
  return luck.Chance(spec_.faults.Chance(fault, Age(), offer));
}

std::optional<Error> SimulatedCloud::Refused(const std::string& where, Random& luck, bool changes) {
  if (Happens(kThrottled, luck)) {
    return Error{ErrorKind::kThrottled, where, "RequestLimitExceeded", "slow down"};
  }
  if (Happens(kTransient, luck)) {
    return Error{ErrorKind::kTransient, where, "Unavailable", "please try again"};
  }
  if (changes && Happens(kLostRequest, luck)) {
    return Error{ErrorKind::kUnknownOutcome, where, "", "the connection was lost"};
  }
  return std::nullopt;
}

std::optional<Error> SimulatedCloud::CannotHave(const Offer& offer, const std::string& where,
                                                Random& luck) {
  const bool is_sold_out = offer.stock && StockLeft(offer) <= 0;
  if (Happens(kNoCapacity, luck, offer.id) || is_sold_out) {
    return Error{ErrorKind::kNoCapacity, where, "InsufficientCapacity", "none left of this plan"};
  }
  for (const Quota& quota : spec_.quotas) {
    if (quota.name != offer.quota) continue;
    if (QuotaUsed(quota.name) + offer.capacity.vcpu > quota.limit) {
      return Error{ErrorKind::kQuota, where, "VcpuLimitExceeded",
                   "the account may have " + std::to_string(quota.limit) + " vCPU"};
    }
  }
  return std::nullopt;
}

const Offer* SimulatedCloud::OfferFor(const MachineSpec& spec) const {
  for (const Offer& offer : spec_.offers) {
    const bool can_be = std::find(offer.hypervisors.begin(), offer.hypervisors.end(),
                                  spec.hypervisor) != offer.hypervisors.end();
    if (offer.location == spec.location && offer.plan == spec.plan &&
        offer.cluster_type == spec.cluster_type && can_be) {
      return &offer;
    }
  }
  return nullptr;
}

SimulatedMachine& SimulatedCloud::MakeMachine(const MachineSpec& spec, const Offer& offer) {
  Random fate = luck_.ForThing("machine/" + spec.token);
  const bool is_metal = offer.cluster_type == ClusterType::kMetal;
  Duration boot = DrawBoot(is_metal ? spec_.boot_metal : spec_.boot_virtual, fate);
  if (Happens(kSlowBoot, fate, offer.id)) boot = Times(boot, spec_.faults.slow_factor);

  SimulatedMachine machine;
  machine.id = spec_.name + "-" + std::to_string(machines_.size() + 1);
  machine.address = machine.id + ".simulated.test";
  machine.spec = spec;
  machine.offer = offer.id;
  machine.quota = offer.quota;
  machine.capacity = offer.capacity;
  machine.price_per_hour = offer.price_per_hour;
  machine.billing = offer.billing;
  machine.created_at = clock_.Now();
  machine.visible_at = machine.created_at;
  machine.runs_at = machine.created_at + Times(boot, kRunsAfterPartOfBoot);
  machine.answers_at = machine.created_at + boot;
  if (Happens(kUnreachable, fate, offer.id)) machine.answers_at = kDistantFuture;
  if (Happens(kInvisible, fate, offer.id)) {
    machine.visible_at += Times(spec_.faults.invisible_for, fate.Unit());
  }
  if (Happens(kDies, fate, offer.id)) {
    machine.dies_at = machine.created_at + Times(spec_.faults.dies_after, 2 * fate.Unit());
    machine.death = static_cast<SimulatedDeath>(fate.Below(3));
    if (machine.death == SimulatedDeath::kEnds) machine.gone_at = machine.dies_at;
  }
  if (Happens(kNoStart, fate, offer.id)) {
    machine.start_failure = ErrorKind::kNoCapacity;
    machine.runs_at = machine.answers_at = kDistantFuture;
    machine.gone_at = machine.created_at + kStartFailsAfter;
  }
  by_token_[spec.token] = by_id_[machine.id] = machines_.size();
  machines_.push_back(std::move(machine));
  return machines_.back();
}

Machine SimulatedCloud::View(const SimulatedMachine& machine) const {
  const Time now = clock_.Now();
  Machine view;
  view.id = machine.id;
  view.token = machine.spec.token;
  view.owner = machine.spec.owner;
  view.location = machine.spec.location;
  view.plan = machine.spec.plan;
  view.state = machine.StateAt(now);
  view.state_text = StateText(machine, view.state, machine.IsDead(now));
  view.launched_at = machine.created_at;
  if (machine.Exists(now) && now >= machine.runs_at) view.address = machine.address;
  if (!machine.Exists(now)) view.start_failure = machine.start_failure;
  return view;
}

std::int64_t SimulatedCloud::StockLeft(const Offer& offer) const {
  const Time now = clock_.Now();
  const auto taken =
      std::count_if(machines_.begin(), machines_.end(), [&](const SimulatedMachine& machine) {
        return machine.offer == offer.id && machine.Exists(now);
      });
  return std::max<std::int64_t>(offer.stock.value_or(0) - taken, 0);
}

std::int64_t SimulatedCloud::QuotaUsed(const std::string& quota) const {
  const Time now = clock_.Now();
  std::int64_t vcpu = 0;
  for (const SimulatedMachine& machine : machines_) {
    if (machine.quota == quota && machine.Exists(now)) vcpu += machine.capacity.vcpu;
  }
  return vcpu;
}

}  // namespace spillway
