// Machines at Acme, a cloud that does not exist: the example of providers/README.md, to be copied.
#pragma once

#include <string>

#include "providers/account_config.h"
#include "providers/builtin.h"
#include "providers/provider.h"
#include "providers/recent_machines.h"
#include "providers/rest/authorisation.h"
#include "providers/rest/rest_client.h"

namespace spillway::example {

//   providers:
//     acme:
//       type: acme
//       sites: [north]   # its token: environment ACME_TOKEN
struct AcmeConfig {
  AccountConfig account;  // endpoint, prices, create_budget, call_time_limit …
  std::vector<std::string> sites;
};

ParsedProvider ParseAcmeProvider(const std::string& name, const ConfigNode& node);

class AcmeProvider final : public Provider {
 public:
  // Throws std::runtime_error when there is no token. `context` names what must outlive it.
  AcmeProvider(AcmeConfig config, const PluginContext& context);

  Result<Catalogue> Offers() override;
  // Acme knows no idempotency key: the token is a tag, and is looked for before a repetition.
  Result<Machine> Create(const MachineSpec& spec) override;
  Result<Machine> Find(const std::string& token, const std::string& location,
                       const std::string& machine_id) override;
  Result<MachineList> List(const std::string& owner) override;
  Result<Done> Delete(const std::string& machine_id, const std::string& location) override;

  const Channel& channel() const override { return channel_; }
  const CreateBudget& create_budget() const override { return config_.account.create_budget; }

 private:
  const AcmeConfig config_;
  const Channel channel_;
  FixedKey key_;
  RestClient api_;
  RecentMachines made_;       // by id
  RecentMachines asked_for_;  // by token, whose fate may not be known
};

}  // namespace spillway::example
