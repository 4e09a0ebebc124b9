#include "scaler/backtest/references/google_mig.h"

#include <algorithm>

#include "scaler/backtest/references/hosts_policy.h"
#include "scaler/backtest/references/recent.h"

namespace spillway {
namespace {

struct GoogleMigConfig {
  double target = 0.7;
  Duration stabilisation = std::chrono::minutes(10);
  std::int64_t scale_in_hosts = 0;
  Duration scale_in_window = std::chrono::minutes(10);
};

class GoogleMigPolicy final : public HostsPolicy {
 public:
  GoogleMigPolicy(std::string name, const ReferenceContext& context, const GoogleMigConfig& config)
      : HostsPolicy(std::move(name), context),
        config_(config),
        sizes_wanted_(config.stabilisation),
        sizes_(config.scale_in_window) {}

 private:
  std::int64_t Want(const Sight& sight) override {
    sizes_wanted_.Add(sight.now, WholeHosts(sight.load / config_.target));
    std::int64_t wanted =
        sizes_wanted_.empty() ? WholeHosts(sight.load / config_.target) : sizes_wanted_.Largest();
    sizes_.Forget(sight.now);
    if (config_.scale_in_hosts > 0 && !sizes_.empty()) {
      wanted = std::max(wanted, sizes_.Largest() - config_.scale_in_hosts);
    }
    sizes_.Add(sight.now, wanted);
    return wanted;
  }

  const GoogleMigConfig config_;
  Recent<std::int64_t> sizes_wanted_;
  Recent<std::int64_t> sizes_;
};

}  // namespace

std::unique_ptr<Policy> ParseGoogleMig(const std::string& name, const ConfigNode& node,
                                       const ReferenceContext& context) {
  GoogleMigConfig config;
  config.target = node.Number("target").Above(0.0).Or(config.target);
  config.stabilisation = node.DurationOf("stabilisation").Or(config.stabilisation);
  config.scale_in_hosts = node.Integer("scale_in_hosts").AtLeast(0).Or(config.scale_in_hosts);
  config.scale_in_window = node.DurationOf("scale_in_window").Or(config.scale_in_window);
  node.Finish();
  return std::make_unique<GoogleMigPolicy>(name, context, config);
}

}  // namespace spillway
