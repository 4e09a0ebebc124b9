// A provider that is a program of somebody else's, in any language (README.md).
#pragma once

#include <string>

#include "providers/builtin.h"
#include "providers/external/external_config.h"
#include "providers/external/external_programs.h"
#include "providers/provider.h"
#include "providers/recent_machines.h"

namespace spillway {

class ExternalProvider final : public Provider {
 public:
  // Throws std::runtime_error when the program cannot be started or does not fit the configuration.
  // `context` names what must outlive the provider.
  ExternalProvider(const ExternalConfig& config, const PluginContext& context);

  Result<Catalogue> Offers() override;
  Result<Machine> Create(const MachineSpec& spec) override;
  Result<Machine> Find(const std::string& token, const std::string& location,
                       const std::string& machine_id) override;
  Result<MachineList> List(const std::string& owner) override;
  // kTransient for a machine that was created minutes ago and that the program does not find (yet).
  Result<Done> Delete(const std::string& machine_id, const std::string& location) override;

  const Channel& channel() const override { return channel_; }
  const CreateBudget& create_budget() const override { return config_.create_budget; }

 private:
  // Puts `question`, and reads the result with `read`, which throws BadAnswer.
  template <class Read>
  auto Ask(const nlohmann::json& question, Effect effect, Read read)
      -> Result<std::invoke_result_t<Read, const nlohmann::json&>>;

  const ExternalConfig config_;
  const Channel channel_;
  ExternalPrograms programs_;
  RecentMachines recent_;
};

}  // namespace spillway
