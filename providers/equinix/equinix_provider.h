// Machines at Equinix Metal, or at a private installation that speaks its API, in one project. The
// public service ended on 30 June 2026: where nobody answers, errors say so, and the address is
// left alone for longer and longer (rest/absence.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "providers/builtin.h"
#include "providers/equinix/equinix_api.h"
#include "providers/equinix/equinix_config.h"
#include "providers/equinix/equinix_credentials.h"
#include "providers/provider.h"
#include "providers/recent_machines.h"
#include "providers/rest/authorisation.h"
#include "providers/rest/rest_client.h"

namespace spillway {

class EquinixProvider final : public Provider {
 public:
  // `context` names what must outlive the provider. Throws std::runtime_error when there is no key
  // or no project.
  EquinixProvider(EquinixConfig config, const PluginContext& context);

  Result<Catalogue> Offers() override;

  // Metal has no idempotency key: when repeated, a machine with the token is looked for first, and
  // is not asked for again within minutes. kInvalid without asking: no token, a metro that the
  // configuration does not have.
  Result<Machine> Create(const MachineSpec& spec) override;

  // The cause of a machine that failed to start is asked for, too.
  Result<Machine> Find(const std::string& token, const std::string& location,
                       const std::string& machine_id) override;

  Result<MachineList> List(const std::string& owner) override;

  // kTransient for a machine that was created minutes ago and that Equinix does not know (yet),
  // kConflict for one that it does not let go now.
  Result<Done> Delete(const std::string& machine_id, const std::string& location) override;

  const Channel& channel() const override { return channel_; }
  const CreateBudget& create_budget() const override { return config_.account.create_budget; }

 private:
  // Devices as far as they could be had and read.
  struct Listed {
    std::vector<EquinixDevice> devices;
    std::optional<Error> doubt;  // why there may be more; nothing: these are all
  };

  Result<Machine> Launch(const MachineSpec& spec);
  EquinixLaunch LaunchOf(const MachineSpec& spec) const;
  bool HasSoldOut(const MachineSpec& spec);
  Listed ReadProject(const std::string& tag);
  Result<Machine> FindByToken(const std::string& token);
  Result<Machine> FindById(const std::string& machine_id);
  std::optional<Error> WhyNotGone(const std::string& machine_id, const Error& forbidden);
  Machine MachineOf(const EquinixDevice& device) const;
  void AddCause(Machine& machine);

  const EquinixConfig config_;
  const std::string project_;
  const Channel channel_;
  const Clock& clock_;
  LookedUpKey key_;
  RestClient metal_;
  RecentMachines made_;
  RecentMachines asked_for_;  // by token
};

}  // namespace spillway
