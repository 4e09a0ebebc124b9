// Machines at Amazon EC2, in the places of one account's configuration.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "providers/aws/aws_catalogue.h"
#include "providers/aws/aws_config.h"
#include "providers/aws/aws_credentials.h"
#include "providers/aws/aws_images.h"
#include "providers/aws/aws_quotas.h"
#include "providers/aws/ec2_client.h"
#include "providers/builtin.h"
#include "providers/provider.h"
#include "providers/recent_machines.h"

namespace spillway {

class AwsProvider final : public Provider {
 public:
  // `context` names what must outlive the provider. Throws std::runtime_error when there are no
  // credentials.
  AwsProvider(AwsConfig config, const PluginContext& context);

  // A region that does not answer is offered as it was last seen; an error when none answers. A
  // zone or a quota that cannot be asked for is a remark: the creation will tell.
  Result<Catalogue> Offers() override;

  // kInvalid without asking: a token that EC2 would not take, user data over 16 KB, a place that
  // the configuration does not have.
  Result<Machine> Create(const MachineSpec& spec) override;

  Result<Machine> Find(const std::string& token, const std::string& location,
                       const std::string& machine_id) override;

  // Over all regions of the configuration.
  Result<MachineList> List(const std::string& owner) override;

  // kTransient for a machine that was created minutes ago and that EC2 does not know (yet).
  Result<Done> Delete(const std::string& machine_id, const std::string& location) override;

  const Channel& channel() const override { return channel_; }
  const CreateBudget& create_budget() const override { return config_.account.create_budget; }

 private:
  const AwsPlace* PlaceAt(const std::string& location) const;
  Result<std::string> RegionAt(const std::string& location) const;
  Machine MachineOf(const std::string& region, const Ec2Instance& instance) const;
  // What a machine of this plan starts from, and that its root device is known where it is needed.
  Result<AwsImage> ImageFor(const AwsPlace& place, const std::string& plan);
  // Makes the key pair of the place, where there is one to be made; once for each region.
  Result<Done> EnsureKeyPair(const AwsPlace& place);
  // What is asked of a region, or of a zone; put into `inventory_`.
  Result<Done> AskTypes(const std::string& region);
  Result<Done> AskZone(const AwsPlace& place);
  Result<Done> AskQuota(const std::string& region);

  const AwsConfig config_;
  const Channel channel_;
  const std::vector<std::string> regions_;
  AwsCredentialChain credentials_;
  Ec2Client ec2_;
  AwsQuotas quotas_;
  AwsImages images_;
  RecentMachines recent_;
  const std::string public_key_;  // empty: none is to be made

  std::mutex mutex_;  // guards what follows
  AwsInventory inventory_;
  std::set<std::string> regions_with_key_;
};

}  // namespace spillway
