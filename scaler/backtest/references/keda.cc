#include "scaler/backtest/references/keda.h"

#include <algorithm>
#include <cmath>

#include "scaler/backtest/references/hosts_policy.h"
#include "scaler/backtest/references/recent.h"

namespace spillway {
namespace {

struct KedaConfig {
  double target = 0.7;
  double tolerance = 0.1;
  Duration stabilisation = std::chrono::seconds(300);
  Duration polling = std::chrono::seconds(30);
};

class KedaPolicy final : public HostsPolicy {
 public:
  KedaPolicy(std::string name, const ReferenceContext& context, const KedaConfig& config)
      : HostsPolicy(std::move(name), context), config_(config), wanted_(config.stabilisation) {}

 private:
  std::int64_t Want(const Sight& sight) override {
    if (sight.now >= polled_at_ + config_.polling) {
      polled_at_ = sight.now;
      polled_ = sight.load;
    }
    const std::int64_t desired = Desired(sight.usable);
    wanted_.Add(sight.now, desired);
    const std::int64_t calm =
        wanted_.empty() ? desired : std::max(desired, std::min(sight.usable, wanted_.Largest()));
    // The default rates: twice as many or four more in 15 s, the larger.
    return std::min(calm, std::max(2 * sight.usable, sight.usable + 4));
  }

  std::int64_t Desired(std::int64_t current) const {
    const double ratio =
        polled_ / config_.target / static_cast<double>(std::max<std::int64_t>(current, 1));
    if (std::abs(1 - ratio) <= config_.tolerance) return current;
    return std::max<std::int64_t>(WholeHosts(polled_ / config_.target), 1);
  }

  const KedaConfig config_;
  Recent<std::int64_t> wanted_;
  Time polled_at_ = kDistantPast;
  double polled_ = 0;
};

}  // namespace

std::unique_ptr<Policy> ParseKeda(const std::string& name, const ConfigNode& node,
                                  const ReferenceContext& context) {
  KedaConfig config;
  config.target = node.Number("target").Above(0.0).Or(config.target);
  config.tolerance = node.Number("tolerance").Between(0.0, 0.99).Or(config.tolerance);
  config.stabilisation = node.DurationOf("stabilisation").Or(config.stabilisation);
  config.polling = node.DurationOf("polling").Or(config.polling);
  node.Finish();
  return std::make_unique<KedaPolicy>(name, context, config);
}

}  // namespace spillway
