// Machines at Google Compute Engine, in the zones of one project's configuration.
//
// A machine is called by its token, so it can be found by its token alone, and a second one of the
// same token cannot be. Making one is an operation that goes on after Create: Find looks at the
// instance, and when there is none, at what became of the operation. Nothing of it is kept here, so
// a restart loses nothing.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "providers/builtin.h"
#include "providers/google/google_api.h"
#include "providers/google/google_catalogue.h"
#include "providers/google/google_config.h"
#include "providers/google/google_credentials.h"
#include "providers/provider.h"
#include "providers/recent_machines.h"
#include "providers/rest/rest_client.h"

namespace spillway {

class GoogleProvider final : public Provider {
 public:
  // The project is that of the configuration, else of GOOGLE_CLOUD_PROJECT or
  // CLOUDSDK_CORE_PROJECT, else of the credentials. `context` names what must outlive the provider.
  // Throws std::runtime_error when there are no credentials or no project.
  GoogleProvider(GoogleConfig config, const PluginContext& context);

  // What does not answer is offered as it was last seen, with a remark; an error when no zone
  // answers.
  Result<Catalogue> Offers() override;

  // kInvalid without asking: a token or tag that Google would not take, user data over 256 KiB, a
  // zone that the configuration does not have.
  Result<Machine> Create(const MachineSpec& spec) override;

  Result<Machine> Find(const std::string& token, const std::string& location,
                       const std::string& machine_id) override;

  // Over all zones of the project.
  Result<MachineList> List(const std::string& owner) override;

  // kTransient for a machine that was created minutes ago and does not show up (yet).
  Result<Done> Delete(const std::string& machine_id, const std::string& location) override;

  const Channel& channel() const override { return channel_; }
  const CreateBudget& create_budget() const override { return config_.account.create_budget; }

 private:
  const GooglePlace* PlaceAt(const std::string& location) const;
  GoogleLaunch LaunchOf(const MachineSpec& spec, const GooglePlace& place) const;
  Machine MachineOf(const GoogleInstance& instance) const;
  // The machine that is in the way of `spec` when it is the same one; else the refusal.
  Result<Machine> KnownMachine(const MachineSpec& spec, const Error& refusal);
  // Of an instance that is not there, by the operations on it. kNotFound: nothing is known of it,
  // or it should be there.
  Result<Machine> WhatBecameOf(const std::string& zone, const std::string& name);
  Result<std::vector<GoogleMachineType>> TypesIn(const std::string& zone);
  void RefreshQuotas(std::vector<std::string>& remarks);

  const GoogleConfig config_;
  const Channel channel_;
  GoogleCredentials credentials_;
  RestClient client_;
  RecentMachines recent_;

  std::mutex mutex_;     // guards what follows
  GoogleMarket market_;  // as last seen
};

}  // namespace spillway
