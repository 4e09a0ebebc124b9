// Machines at Vultr, in the regions of one account's configuration: cloud instances and bare metal.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "providers/builtin.h"
#include "providers/pages.h"
#include "providers/provider.h"
#include "providers/recent_machines.h"
#include "providers/rest/authorisation.h"
#include "providers/rest/rest_client.h"
#include "providers/vultr/vultr_api.h"
#include "providers/vultr/vultr_catalogue.h"
#include "providers/vultr/vultr_config.h"

namespace spillway {

class VultrProvider final : public Provider {
 public:
  // `context` names what must outlive the provider. Throws std::runtime_error when there is no API
  // key.
  VultrProvider(VultrConfig config, const PluginContext& context);

  // Both products. A region whose stock could not be had is offered without stock, with a remark.
  Result<Catalogue> Offers() override;

  // kInvalid without asking: a token or host name that Vultr would not take, user data over 64 KiB,
  // a region that the configuration does not have. kConflict: the token has another machine.
  // kUnknownOutcome also without asking, for a token of the last minutes that shows no machine yet.
  Result<Machine> Create(const MachineSpec& spec) override;

  Result<Machine> Find(const std::string& token, const std::string& location,
                       const std::string& machine_id) override;

  // Over all regions, of both products.
  Result<MachineList> List(const std::string& owner) override;

  // Ids are unique over all regions. kTransient while the machine is locked, and for one that was
  // created minutes ago and that Vultr does not know (yet).
  Result<Done> Delete(const std::string& machine_id, const std::string& location) override;

  const Channel& channel() const override { return channel_; }
  const CreateBudget& create_budget() const override { return config_.account.create_budget; }

 private:
  // Every page of what `make(cursor)` asks for, read by `read`.
  template <class T, class Make, class Read>
  Pages<T> ReadAll(Make make, Read read);
  Pages<std::optional<VultrMachine>> MachinesOf(ClusterType type);
  // The machine with this token among those of `type`; nothing when there is certainly none.
  Result<std::optional<VultrMachine>> Search(ClusterType type, const std::string& token);
  Result<Machine> Launch(const MachineSpec& spec);
  Result<std::int64_t> OsId();
  std::optional<Error> AskForPlans(VultrMarket& market);
  void AskForStock(VultrMarket& market);
  void CountMachines(VultrMarket& market);

  const VultrConfig config_;
  const Channel channel_;
  LookedUpKey key_;
  RestClient rest_;
  RecentMachines recent_;  // machines, and tokens that may have one

  std::mutex mutex_;        // guards what follows
  std::int64_t os_id_ = 0;  // once it was looked up
};

}  // namespace spillway
