#include "providers/onprem/onprem_provider.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "providers/onprem/machine_power.h"
#include "providers/onprem/onprem_catalogue.h"
#include "providers/ssh/ssh_probe.h"

namespace spillway {
namespace {

constexpr Duration kProbeLimit = std::chrono::seconds(5);

OnpremConfig WithInventory(OnpremConfig config, const Surroundings& surroundings) {
  if (config.inventory_file.empty()) return config;
  InventoryFile file = ReadInventoryFile(config.inventory_file, surroundings);
  std::string problems;
  for (const std::string& error : file.errors) problems += "\n  " + error;
  if (!problems.empty()) throw std::runtime_error("provider " + config.name + ":" + problems);
  config.inventory = std::move(file.inventory);
  return config;
}

std::string IdOf(const Reservation& reservation) {
  return reservation.machine + ":" + reservation.token;
}

MachineState StateOf(PowerState power) {
  switch (power) {
    case PowerState::kOn: return MachineState::kRunning;
    case PowerState::kOff: return MachineState::kStopped;
    case PowerState::kTurningOn: return MachineState::kStarting;
    case PowerState::kTurningOff: return MachineState::kStopping;
    case PowerState::kUnknown: break;
  }
  return MachineState::kUnknown;
}

// Whether waiting may mend it, as opposed to a switch that refuses.
bool MayPass(const Error& error) {
  return error.kind == ErrorKind::kTransient || error.kind == ErrorKind::kThrottled;
}

// Of this way to switch it, as opposed to a switch that lets nobody in.
bool IsRefusal(const Error& error) {
  return error.kind == ErrorKind::kInvalid || error.kind == ErrorKind::kConflict;
}

std::string Minutes(Duration d) {
  return std::to_string(std::chrono::ceil<std::chrono::minutes>(d).count()) + " min";
}

bool Contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

CredentialSighting SightBmcPasswords(const OnpremConfig& config, const Surroundings& surroundings) {
  using State = CredentialSighting::State;
  int found = 0;
  try {
    for (const InventoryMachine& machine : WithInventory(config, surroundings).inventory.machines) {
      found += BmcPassword(machine, surroundings).empty() ? 0 : 1;
    }
  } catch (const std::runtime_error& problem) {
    return {State::kMissing, problem.what()};
  }
  if (found == 0) return {State::kNotNeeded, ""};
  return {State::kFound, "the passwords of " + std::to_string(found) + " BMCs"};
}

OnpremProvider::OnpremProvider(OnpremConfig config, const PluginContext& context)
    : config_(WithInventory(std::move(config), context.surroundings)),
      channel_{config_.name, config_.parallel_calls},
      clock_(context.clock),
      reservations_(config_.state),
      ssh_(config_.inventory.ssh ? std::make_unique<SshClient>(config_.inventory.ssh->settings)
                                 : nullptr) {
  const PowerContext needs{context.http, context.clock, context.surroundings, ssh_.get(),
                           config_.call_time_limit};
  for (const InventoryMachine& machine : config_.inventory.machines) {
    slots_[machine.name] = {&machine, MakePower(machine, needs)};
  }
}

Result<Catalogue> OnpremProvider::Offers() {
  const Result<Reserved> reserved = reservations_.Read();
  if (!reserved) return reserved.error();
  Catalogue catalogue = OnpremCatalogue(config_.name, config_.inventory, *reserved, clock_.Now());
  if (const auto remark = RemarkOnOne(*reserved)) catalogue.remarks.push_back(*remark);
  return catalogue;
}

std::optional<std::string> OnpremProvider::RemarkOnOne(const Reserved& reserved) {
  std::vector<const InventoryMachine*> free;
  for (const InventoryMachine& machine : config_.inventory.machines) {
    if (reserved.IsTaken(machine.name) || reserved.IsSetAside(machine.name, clock_.Now())) continue;
    if (machine.power.method != PowerMethod::kNone) free.push_back(&machine);
  }
  if (free.empty()) return std::nullopt;
  const InventoryMachine& machine = *free[looks_++ % free.size()];
  const Result<PowerStatus> power = SlotOf(machine.name)->power->Look();
  const bool is_sound = power && power->fault.empty();
  if (is_sound || (!power && power.error().kind == ErrorKind::kThrottled)) return std::nullopt;
  return machine.name +
         " is free, but its switch: " + (power ? power->fault : Describe(power.error()));
}

// Up ----------------------------------------------------------------------------------------------

Result<Machine> OnpremProvider::Create(const MachineSpec& spec) {
  if (const auto error = Check(spec)) return *error;
  const Result<Reserved> reserved = reservations_.Read();
  if (!reserved) return reserved.error();
  Reservation wanted;
  wanted.token = spec.token;
  wanted.owner = spec.owner;
  wanted.cluster = spec.cluster;
  wanted.host = spec.host;
  wanted.location = spec.location;
  wanted.plan = spec.plan;
  wanted.since = clock_.Now();
  const Result<std::optional<Taken>> taken =
      reservations_.Take(Candidates(spec, *reserved), wanted);
  if (!taken) return taken.error();
  if (!*taken) return NoneFree(spec, *reserved);
  const Reservation& reservation = (*taken)->reservation;
  if (reservation.location != spec.location || reservation.plan != spec.plan) {
    return Error{ErrorKind::kConflict, Where("take"), "",
                 "the token has " + reservation.machine + " already, which is " +
                     reservation.location + "/" + reservation.plan};
  }
  return Start(**taken);
}

std::optional<Error> OnpremProvider::Check(const MachineSpec& spec) const {
  const auto invalid = [&](std::string text) {
    return Error{ErrorKind::kInvalid, Where("take"), "", std::move(text)};
  };
  if (spec.token.empty()) return invalid("expected a token");
  if (!config_.inventory.sites.contains(spec.location)) {
    return invalid("\"" + spec.location + "\" is no site of the inventory");
  }
  const auto machine_class = config_.inventory.classes.find(spec.plan);
  if (machine_class == config_.inventory.classes.end()) {
    return invalid("\"" + spec.plan + "\" is no class of the inventory");
  }
  const std::vector<Hypervisor>& possible = machine_class->second.hypervisors;
  if (std::find(possible.begin(), possible.end(), spec.hypervisor) == possible.end()) {
    return invalid("machines of class " + spec.plan + " do not run " +
                   std::string(Name(spec.hypervisor)));
  }
  return std::nullopt;
}

// Sound machines first, then those that failed before and whose time is over. Among each, one that
// was just given back comes last: it may be that nobody could make a node of it.
std::vector<std::string> OnpremProvider::Candidates(const MachineSpec& spec,
                                                    const Reserved& reserved) const {
  struct Candidate {
    bool is_doubtful;
    Time freed;
    std::string machine;
  };
  std::vector<Candidate> candidates;
  const std::lock_guard lock(mutex_);
  for (const InventoryMachine& machine : config_.inventory.machines) {
    if (machine.site != spec.location || machine.machine_class != spec.plan) continue;
    if (reserved.IsSetAside(machine.name, clock_.Now())) continue;
    const auto freed = freed_.find(machine.name);
    candidates.push_back({reserved.faulty.contains(machine.name),
                          freed == freed_.end() ? kDistantPast : freed->second, machine.name});
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
    return std::tie(a.is_doubtful, a.freed) < std::tie(b.is_doubtful, b.freed);
  });
  std::vector<std::string> machines;
  for (Candidate& candidate : candidates) machines.push_back(std::move(candidate.machine));
  return machines;
}

Error OnpremProvider::NoneFree(const MachineSpec& spec, const Reserved& reserved) const {
  int taken = 0;
  std::string faults;
  for (const InventoryMachine& machine : config_.inventory.machines) {
    if (machine.site != spec.location || machine.machine_class != spec.plan) continue;
    if (reserved.IsSetAside(machine.name, clock_.Now())) {
      faults += "; " + DescribeFault(machine.name, reserved.faulty.at(machine.name));
    } else {
      ++taken;
    }
  }
  return {ErrorKind::kNoCapacity, Where("take"), "",
          "no machine of class " + spec.plan + " is free at " + spec.location + ": " +
              std::to_string(taken) + " taken" + faults};
}

Result<Machine> OnpremProvider::Start(const Taken& taken) {
  const Reservation& reservation = taken.reservation;
  const Slot* slot = SlotOf(reservation.machine);
  if (slot == nullptr) {
    return MachineOf(reservation, MachineState::kUnknown, "is not in the inventory any more");
  }
  const Result<PowerStatus> power = slot->power->Look();
  if (!power) return NotStarted(taken, power.error(), /*is_switched=*/false);
  if (taken.is_new && !power->fault.empty()) {
    return GiveUp(reservation, {ErrorKind::kInvalid, Where("look at " + reservation.machine), "",
                                "its switch says: " + power->fault});
  }
  const bool needs_switch =
      power->state == PowerState::kOff || power->state == PowerState::kUnknown;
  const Result<Done> on = needs_switch ? slot->power->On() : Done{};
  if (!on) return NotStarted(taken, on.error(), /*is_switched=*/MayPass(on.error()));
  return MachineOf(reservation, MachineState::kStarting,
                   needs_switch ? "switched on" : power->text);
}

// A machine that was taken just now and has not been switched is freed, so that the next call takes
// another. Else it stays taken: the next look, or the same call again, goes on with it.
Error OnpremProvider::NotStarted(const Taken& taken, Error why, bool is_switched) {
  const Reservation& reservation = taken.reservation;
  const bool is_throttled = why.kind == ErrorKind::kThrottled;
  if (taken.is_new && is_throttled) {
    const Result<Done> released = reservations_.Release(reservation.machine, reservation.token);
    return released ? why : released.error();
  }
  if (taken.is_new && !is_switched) return GiveUp(reservation, why);
  if (!is_throttled) why.kind = ErrorKind::kUnknownOutcome;
  return why;
}

Error OnpremProvider::GiveUp(const Reservation& reservation, const Error& why) {
  const Result<Fault> fault = SetAside(reservation.machine, Describe(why));
  if (!fault) return fault.error();
  const Result<Done> released = reservations_.Release(reservation.machine, reservation.token);
  if (!released) return released.error();
  return {ErrorKind::kTransient, Where("switch on " + reservation.machine), why.code,
          DescribeFault(reservation.machine, *fault) + "; the next call takes another"};
}

Result<Fault> OnpremProvider::SetAside(const std::string& machine, const std::string& why) {
  const Result<Reserved> reserved = reservations_.Read();
  if (!reserved) return reserved.error();
  const auto before = reserved->faulty.find(machine);
  Fault fault{.strikes = 1, .until = {}, .why = why};
  if (before != reserved->faulty.end()) fault.strikes += before->second.strikes;
  Duration length = config_.set_aside_first;
  for (std::int64_t i = 1; i < fault.strikes && length < config_.set_aside_longest; ++i) {
    length *= 2;
  }
  fault.until = clock_.Now() + std::min(length, config_.set_aside_longest);
  const Result<Done> written = reservations_.SetAside(machine, fault);
  if (!written) return written.error();
  return fault;
}

// Looking -----------------------------------------------------------------------------------------

Result<Machine> OnpremProvider::Find(const std::string& token, const std::string&,
                                     const std::string&) {
  const Result<Reserved> reserved = reservations_.Read();
  if (!reserved) return reserved.error();
  const Reservation* reservation = reserved->OfToken(token);
  if (reservation == nullptr) {
    if (reserved->unreadable.empty()) {
      return Error{ErrorKind::kNotFound, Where("find"), "", "no machine with token " + token};
    }
    return Error{ErrorKind::kTransient, Where("find"), "",
                 "the reservation of " + reserved->unreadable.front() + " cannot be read"};
  }
  const Slot* slot = SlotOf(reservation->machine);
  if (slot == nullptr) {
    return MachineOf(*reservation, MachineState::kUnknown, "is not in the inventory any more");
  }
  const Result<PowerStatus> power = slot->power->Look();
  if (reservation->leaving_since) return LookAtLeaving(*reservation, power);
  if (!reservation->has_come_up) return LookAtStarting(*reservation, *slot, power);
  if (!power) return power.error();
  return MachineOf(*reservation, StateOf(power->state), power->text);
}

Result<Machine> OnpremProvider::LookAtStarting(Reservation reservation, const Slot& slot,
                                               const Result<PowerStatus>& power) {
  const InventoryMachine& machine = *slot.machine;
  if (power && power->state == PowerState::kOff) {
    // Who is woken over the network shows no power, only whether it answers.
    const bool shows_power = machine.power.method != PowerMethod::kWakeOnLan;
    const Duration limit = shows_power ? config_.power_on_limit : config_.boot_limit;
    if (IsOver(reservation.since, limit)) {
      return NotComeUp(reservation, "still off " + Minutes(limit) + " after it was switched on");
    }
    const Result<Done> on = slot.power->On();
    if (!on && !MayPass(on.error())) return NotComeUp(reservation, Describe(on.error()));
    return MachineOf(reservation, MachineState::kStarting,
                     on ? power->text + "; switched on again" : Describe(on.error()));
  }
  const Result<Done> ssh = ProbeSsh(machine.address, machine.ssh_port, kProbeLimit);
  if (ssh) return ComeUp(std::move(reservation));
  if (IsOver(reservation.since, config_.boot_limit)) {
    return NotComeUp(reservation, "no SSH " + Minutes(config_.boot_limit) +
                                      " after it was switched on: " + Describe(ssh.error()));
  }
  if (!power) return power.error();
  const bool is_known = power->state != PowerState::kUnknown;
  return MachineOf(reservation, is_known ? MachineState::kStarting : MachineState::kUnknown,
                   power->text + ", no SSH yet: " + ssh.error().text);
}

Result<Machine> OnpremProvider::ComeUp(Reservation reservation) {
  reservation.has_come_up = true;
  const Result<Done> noted = reservations_.Update(reservation);
  if (!noted) return noted.error();
  const Result<Done> forgiven = reservations_.Forgive(reservation.machine);
  if (!forgiven) return forgiven.error();
  return MachineOf(reservation, MachineState::kRunning, "answers");
}

// The offer is not to blame: the next Create takes another machine.
Result<Machine> OnpremProvider::NotComeUp(const Reservation& reservation, const std::string& why) {
  const Result<Reserved> reserved = reservations_.Read();
  if (!reserved) return reserved.error();
  if (!reserved->IsSetAside(reservation.machine, clock_.Now())) {
    const Result<Fault> fault = SetAside(reservation.machine, why);
    if (!fault) return fault.error();
  }
  Machine machine = MachineOf(reservation, MachineState::kStopped, why);
  machine.start_failure = ErrorKind::kTransient;
  return machine;
}

Result<Machine> OnpremProvider::LookAtLeaving(const Reservation& reservation,
                                              const Result<PowerStatus>& power) {
  if (!power) return power.error();
  if (power->state == PowerState::kOff) {
    const Result<Done> freed = Free(reservation);
    if (!freed) return freed.error();
    return MachineOf(reservation, MachineState::kGone, "off, and free");
  }
  if (!IsOver(*reservation.leaving_since, config_.shutdown_limit)) {
    return MachineOf(reservation, MachineState::kStopping, power->text);
  }
  // Seen as running it is deleted again, and that cuts the power.
  return MachineOf(reservation, MachineState::kRunning,
                   power->text + " " + Minutes(config_.shutdown_limit) + " after it was shut down");
}

Result<MachineList> OnpremProvider::List(const std::string& owner) {
  const Result<Reserved> reserved = reservations_.Read();
  if (!reserved) return reserved.error();
  MachineList list;
  list.is_complete = reserved->unreadable.empty();
  for (const Reservation& reservation : reserved->taken) {
    if (reservation.owner != owner) continue;
    MachineState state = MachineState::kStarting;
    if (reservation.has_come_up) state = MachineState::kRunning;
    if (reservation.leaving_since) state = MachineState::kStopping;
    list.machines.push_back(MachineOf(reservation, state, "as it was last seen"));
  }
  return list;
}

// Down --------------------------------------------------------------------------------------------

Result<Done> OnpremProvider::Delete(const std::string& machine_id, const std::string& location) {
  const std::size_t colon = machine_id.find(':');
  if (colon == std::string::npos) {
    return Error{ErrorKind::kInvalid, Where("delete"), "",
                 "expected an id such as NAME:TOKEN, got \"" + machine_id + "\""};
  }
  const std::string name = machine_id.substr(0, colon);
  const Result<Reserved> reserved = reservations_.Read();
  if (!reserved) return reserved.error();
  if (Contains(reserved->unreadable, name)) {
    return Error{ErrorKind::kTransient, Where("delete " + name), "",
                 "its reservation cannot be read"};
  }
  const Reservation* has = reserved->OfMachine(name);
  if (has == nullptr || has->token != machine_id.substr(colon + 1)) return Done{};
  if (has->location != location) {
    return Error{ErrorKind::kInvalid, Where("delete " + name), "",
                 "it is at " + has->location + ", not at " + location};
  }
  return SwitchOffAndRelease(*has);
}

Result<Done> OnpremProvider::SwitchOffAndRelease(Reservation reservation) {
  const Slot* slot = SlotOf(reservation.machine);
  if (slot == nullptr || slot->machine->power.method == PowerMethod::kNone) {
    return Free(reservation);
  }

  const Result<PowerStatus> power = slot->power->Look();
  // One that has never answered and shows no power now is set aside; nothing runs on it.
  if (!power) return reservation.has_come_up ? power.error() : Free(reservation);
  if (power->state == PowerState::kOff) return Free(reservation);
  if (reservation.leaving_since) {
    const bool has_had_time = IsOver(*reservation.leaving_since, config_.shutdown_limit);
    return has_had_time ? slot->power->Off(SwitchOff::kAtOnce) : Done{};
  }
  const Result<Done> off = slot->power->Off(SwitchOff::kOrderly);
  // One that will not be shut down has the same time to end its work; then the power is cut.
  if (!off && !IsRefusal(off.error())) return off;
  reservation.leaving_since = clock_.Now();
  return reservations_.Update(reservation);
}

Result<Done> OnpremProvider::Free(const Reservation& reservation) {
  const Result<Done> released = reservations_.Release(reservation.machine, reservation.token);
  if (!released) return released;
  const std::lock_guard lock(mutex_);
  freed_[reservation.machine] = clock_.Now();
  return Done{};
}

const OnpremProvider::Slot* OnpremProvider::SlotOf(const std::string& machine) const {
  const auto slot = slots_.find(machine);
  return slot == slots_.end() ? nullptr : &slot->second;
}

Machine OnpremProvider::MachineOf(const Reservation& reservation, MachineState state,
                                  std::string text) const {
  Machine machine;
  machine.id = IdOf(reservation);
  machine.token = reservation.token;
  machine.owner = reservation.owner;
  machine.location = reservation.location;
  machine.plan = reservation.plan;
  machine.state = state;
  machine.state_text = std::move(text);
  machine.launched_at = reservation.since;
  machine.login.runs_cloud_init = false;
  if (const Slot* slot = SlotOf(reservation.machine)) {
    machine.address = slot->machine->address;
    machine.login.user = slot->machine->ssh_user;
    machine.login.port = slot->machine->ssh_port;
  }
  return machine;
}

}  // namespace spillway
