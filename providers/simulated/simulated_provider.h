// The account's side of a simulated cloud: the seam that the service sees.
#pragma once

#include <string>

#include "providers/provider.h"
#include "providers/simulated/simulated_cloud.h"

namespace spillway {

class SimulatedProvider final : public Provider {
 public:
  // `cloud` outlives it.
  explicit SimulatedProvider(SimulatedCloud& cloud)
      : cloud_(cloud), channel_{cloud.spec().name, 4} {}

  Result<Catalogue> Offers() override { return cloud_.Offers(); }
  Result<Machine> Create(const MachineSpec& spec) override { return cloud_.Create(spec); }
  Result<Machine> Find(const std::string& token, const std::string& location,
                       const std::string&) override {
    return cloud_.Find(token, location);
  }
  Result<MachineList> List(const std::string& owner) override { return cloud_.List(owner); }
  Result<Done> Delete(const std::string& machine_id, const std::string& location) override {
    return cloud_.Delete(machine_id, location);
  }
  const Channel& channel() const override { return channel_; }
  const CreateBudget& create_budget() const override { return cloud_.spec().budget; }

 private:
  SimulatedCloud& cloud_;
  const Channel channel_;
};

}  // namespace spillway
