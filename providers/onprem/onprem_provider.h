// Own machines at own sites: "creating" one is to reserve a free machine of the inventory and to
// switch it on, "deleting" it to shut it down and to free it.
//
// The reservation is the machine's record: it is durable before anything is switched, and
// everything else can be done again. A machine's id is "NAME:TOKEN", so that whoever had a machine
// before can never take it from its next holder.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "providers/builtin.h"
#include "providers/credential_sighting.h"
#include "providers/onprem/onprem_config.h"
#include "providers/onprem/power.h"
#include "providers/onprem/reservations.h"
#include "providers/provider.h"
#include "providers/ssh/ssh_client.h"

namespace spillway {

// Whether the password of every BMC is where the inventory says.
CredentialSighting SightBmcPasswords(const OnpremConfig& config, const Surroundings& surroundings);

class OnpremProvider final : public Provider {
 public:
  // `context` names what must outlive the provider. Throws std::runtime_error: the inventory file
  // with everything that is wrong with it, a password that is not to be had, a folder that cannot
  // be written.
  OnpremProvider(OnpremConfig config, const PluginContext& context);

  // The inventory and the reservations say it all. One free machine a call, in turn, has its switch
  // looked at; that it does not answer is a remark, so that it is known before it is needed.
  Result<Catalogue> Offers() override;

  // Those that were given back last come last. kTransient also for a machine that is broken or
  // cannot be switched on: it is set aside, and the next call takes another. kUnknownOutcome: a
  // machine is taken, and may be on; Find goes on with it. kNoCapacity says what became of each
  // machine.
  Result<Machine> Create(const MachineSpec& spec) override;

  // Of a machine that is still off it switches it on once more. One that does not come up within
  // the limits is set aside, and kStopped.
  Result<Machine> Find(const std::string& token, const std::string& location,
                       const std::string& machine_id) override;

  // By the reservations alone; states are those that were last seen.
  Result<MachineList> List(const std::string& owner) override;

  // Shuts down; called again after the time limit, it cuts the power, also where the BMC would not
  // shut it down. The machine is free when it is off, which the next Find or Delete sees.
  Result<Done> Delete(const std::string& machine_id, const std::string& location) override;

  const Channel& channel() const override { return channel_; }
  const CreateBudget& create_budget() const override { return config_.create_budget; }

 private:
  struct Slot {
    const InventoryMachine* machine;
    std::unique_ptr<Power> power;
  };

  std::optional<std::string> RemarkOnOne(const Reserved& reserved);
  std::optional<Error> Check(const MachineSpec& spec) const;
  std::vector<std::string> Candidates(const MachineSpec& spec, const Reserved& reserved) const;
  Error NoneFree(const MachineSpec& spec, const Reserved& reserved) const;
  Result<Machine> Start(const Taken& taken);
  Error NotStarted(const Taken& taken, Error why, bool is_switched);
  Error GiveUp(const Reservation& reservation, const Error& why);

  Result<Machine> LookAtStarting(Reservation reservation, const Slot& slot,
                                 const Result<PowerStatus>& power);
  Result<Machine> LookAtLeaving(const Reservation& reservation, const Result<PowerStatus>& power);
  Result<Done> SwitchOffAndRelease(Reservation reservation);
  // Nobody has it any more.
  Result<Done> Free(const Reservation& reservation);
  Result<Machine> ComeUp(Reservation reservation);
  Result<Machine> NotComeUp(const Reservation& reservation, const std::string& why);
  Result<Fault> SetAside(const std::string& machine, const std::string& why);

  bool IsOver(Time since, Duration limit) const { return clock_.Now() - since >= limit; }
  const Slot* SlotOf(const std::string& machine) const;
  Machine MachineOf(const Reservation& reservation, MachineState state, std::string text) const;
  std::string Where(const std::string& what) const { return "onprem " + config_.name + " " + what; }

  const OnpremConfig config_;
  const Channel channel_;
  const Clock& clock_;
  Reservations reservations_;
  std::unique_ptr<SshClient> ssh_;     // null: no machine needs it
  std::map<std::string, Slot> slots_;  // by machine
  std::atomic<std::size_t> looks_ = 0;

  mutable std::mutex mutex_;           // guards `freed_`
  std::map<std::string, Time> freed_;  // by machine: when it was last given back to this process
};

}  // namespace spillway
