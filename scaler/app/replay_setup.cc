#include "scaler/app/replay_setup.h"

#include <memory>
#include <stdexcept>
#include <utility>

#include "scaler/app/shadow_upkeep.h"

namespace spillway {

ReplaySetup SetupOf(const std::string& configuration) {
  ReadConfigResult read = ReadConfig(configuration);
  if (!read.config) {
    throw std::runtime_error("the configuration of the recording is wrong: " +
                             Describe(read.errors.front()));
  }
  return SetupOf(std::move(*read.config));
}

ReplaySetup SetupOf(AppConfig config) {
  ReplaySetup setup;
  setup.points_per_series = config.control.points_per_series;
  setup.evaluate_at_least_every = config.control.evaluate_at_least_every;
  std::vector<PolicyList> acting = std::move(config.policies);
  std::vector<PolicyList> shadows = std::move(config.shadows);
  // Shared, because each cluster of the setup asks it what its policies measure.
  const auto shared = std::make_shared<const AppConfig>(std::move(config));
  for (std::size_t i = 0; i < shared->clusters.size(); ++i) {
    const ClusterSpec& spec = shared->clusters[i];
    setup.clusters[spec.name] = {
        spec, std::move(acting[i]), std::move(shadows[i]), shared->rehearsals[i].objective,
        [shared, i](const std::string& policy) { return MeasuresOf(*shared, i, policy); }};
  }
  return setup;
}

}  // namespace spillway
