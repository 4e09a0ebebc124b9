// Droplets at DigitalOcean, in the regions of one account's configuration.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "providers/builtin.h"
#include "providers/digitalocean/digitalocean_api.h"
#include "providers/digitalocean/digitalocean_catalogue.h"
#include "providers/digitalocean/digitalocean_config.h"
#include "providers/provider.h"
#include "providers/recent_machines.h"
#include "providers/rest/authorisation.h"
#include "providers/rest/rest_client.h"

namespace spillway {

class DigitalOceanProvider final : public Provider {
 public:
  // `context` names what must outlive the provider. Throws std::runtime_error when there is no
  // token.
  DigitalOceanProvider(DigitalOceanConfig config, const PluginContext& context);

  // kDenied for an account that is locked. What the token may not see is left out and remarked.
  Result<Catalogue> Offers() override;

  // There is no idempotency token, and tags of a new Droplet become visible late: a token whose
  // machine was asked for minutes ago and is not seen is kUnknownOutcome, and nothing is sent.
  // kConflict: the token has another Droplet.
  // kInvalid without asking: names and tags that would not be taken, user data over 64 KiB, a
  // region that the configuration does not have.
  Result<Machine> Create(const MachineSpec& spec) override;

  // kGone for a Droplet that vanished because the action that makes it has failed.
  Result<Machine> Find(const std::string& token, const std::string& location,
                       const std::string& machine_id) override;

  Result<MachineList> List(const std::string& owner) override;

  // Asked once for each Droplet: one that is on its way out is not asked for again for minutes,
  // because accounts were blocked for that. kTransient for a Droplet that was created minutes ago
  // and that is not known (yet).
  Result<Done> Delete(const std::string& machine_id, const std::string& location) override;

  const Channel& channel() const override { return channel_; }
  const CreateBudget& create_budget() const override { return config_.account.create_budget; }

 private:
  Result<Machine> Launch(const MachineSpec& spec, const DigitalOceanPlace& place);
  Result<Machine> FindById(const std::string& machine_id);
  Result<Machine> FindByToken(const std::string& token);
  Result<DropletLimit> Limit(const Result<DigitalOceanAccount>& account);
  Machine MachineOf(const Droplet& droplet) const;
  const DigitalOceanPlace* PlaceAt(const std::string& location) const;

  // The action that makes a Droplet is the only one that says why it vanished.
  void RememberAction(const CreatedDroplet& created);
  void ForgetAction(const std::string& machine_id);
  bool HasFailed(const std::string& machine_id);

  const DigitalOceanConfig config_;
  const Channel channel_;
  LookedUpKey token_;
  RestClient api_;
  RecentMachines made_;       // by id
  RecentMachines deleted_;    // by id
  RecentMachines asked_for_;  // by token

  std::mutex mutex_;                            // guards what follows
  std::map<std::string, std::string> actions_;  // by id, of Droplets that were never seen running
};

}  // namespace spillway
