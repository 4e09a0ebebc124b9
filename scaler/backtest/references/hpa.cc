#include "scaler/backtest/references/hpa.h"

#include <algorithm>
#include <cmath>

#include "scaler/backtest/references/hosts_policy.h"
#include "scaler/backtest/references/recent.h"

namespace spillway {
namespace {

struct HpaConfig {
  double target = 0.7;
  double tolerance = 0.1;
  Duration down_stabilisation = std::chrono::seconds(300);
  Duration up_stabilisation = std::chrono::seconds(0);
  double up_percent = 100;
  std::int64_t up_hosts = 4;
  double down_percent = 100;
  Duration period = std::chrono::seconds(15);
};

class HpaPolicy final : public HostsPolicy {
 public:
  HpaPolicy(std::string name, const ReferenceContext& context, const HpaConfig& config)
      : HostsPolicy(std::move(name), context),
        config_(config),
        for_down_(config.down_stabilisation),
        for_up_(config.up_stabilisation),
        grown_(config.period),
        shrunk_(config.period) {}

 private:
  std::int64_t Want(const Sight& sight) override {
    const std::int64_t calm = Stabilised(sight, Desired(sight));
    grown_.Forget(sight.now);
    shrunk_.Forget(sight.now);
    const std::int64_t wanted = WithinRates(sight.usable, std::max<std::int64_t>(calm, 1));
    if (wanted > sight.usable) grown_.Add(sight.now, wanted - sight.usable);
    if (wanted < sight.usable) shrunk_.Add(sight.now, sight.usable - wanted);
    return wanted;
  }

  bool OnTarget(double ratio) const { return std::abs(1 - ratio) <= config_.tolerance; }

  std::int64_t Desired(const Sight& sight) const {
    if (sight.ready == 0) return sight.usable;  // nobody reports
    const double needed = sight.load / config_.target;
    const double ratio = needed / static_cast<double>(sight.ready);
    if (ratio > 1 && sight.usable > sight.ready) {
      const double with_idle = needed / static_cast<double>(sight.usable);
      if (with_idle < 1 || OnTarget(with_idle)) return sight.usable;
      return WholeHosts(needed);
    }
    return OnTarget(ratio) ? sight.usable : WholeHosts(needed);
  }

  std::int64_t Stabilised(const Sight& sight, std::int64_t desired) {
    for_down_.Add(sight.now, desired);
    for_up_.Add(sight.now, desired);
    const std::int64_t most = for_down_.empty() ? desired : for_down_.Largest();
    const std::int64_t least = for_up_.empty() ? desired : for_up_.Smallest();
    return std::max(std::min(sight.usable, most), least);
  }

  std::int64_t WithinRates(std::int64_t current, std::int64_t wanted) const {
    const std::int64_t at_begin = current - grown_.Sum() + shrunk_.Sum();
    const auto begin = static_cast<double>(at_begin);
    const std::int64_t most =
        std::max(at_begin + config_.up_hosts, WholeHosts(begin * (1 + config_.up_percent / 100)));
    const auto least = static_cast<std::int64_t>(begin * (1 - config_.down_percent / 100));
    if (wanted > current) return std::max(current, std::min(wanted, most));
    return std::min(current, std::max(wanted, least));
  }

  const HpaConfig config_;
  Recent<std::int64_t> for_down_;
  Recent<std::int64_t> for_up_;
  Recent<std::int64_t> grown_;
  Recent<std::int64_t> shrunk_;
};

}  // namespace

std::unique_ptr<Policy> ParseHpa(const std::string& name, const ConfigNode& node,
                                 const ReferenceContext& context) {
  HpaConfig config;
  config.target = node.Number("target").Above(0.0).Or(config.target);
  config.tolerance = node.Number("tolerance").Between(0.0, 0.99).Or(config.tolerance);
  config.down_stabilisation = node.DurationOf("down_stabilisation").Or(config.down_stabilisation);
  config.up_stabilisation = node.DurationOf("up_stabilisation").Or(config.up_stabilisation);
  config.up_percent = node.Number("up_percent").AtLeast(0.0).Or(config.up_percent);
  config.up_hosts = node.Integer("up_hosts").AtLeast(0).Or(config.up_hosts);
  config.down_percent = node.Number("down_percent").Between(0.0, 100.0).Or(config.down_percent);
  config.period = node.DurationOf("period").AtLeast(std::chrono::seconds(1)).Or(config.period);
  node.Finish();
  return std::make_unique<HpaPolicy>(name, context, config);
}

}  // namespace spillway
