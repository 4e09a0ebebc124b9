#include "scaler/backtest/references/nomad.h"

#include <algorithm>
#include <cmath>

#include "scaler/backtest/references/hosts_policy.h"

namespace spillway {
namespace {

struct NomadConfig {
  double target = 0.7;
  double threshold = 0.01;
  Duration cooldown = std::chrono::minutes(5);
  Duration cooldown_up = std::chrono::minutes(5);
  std::int64_t max_up = 0;
  std::int64_t max_down = 0;
};

class NomadPolicy final : public HostsPolicy {
 public:
  NomadPolicy(std::string name, const ReferenceContext& context, const NomadConfig& config)
      : HostsPolicy(std::move(name), context), config_(config) {}

 private:
  std::int64_t Want(const Sight& sight) override {
    const bool is_ready = sight.ready == sight.usable && sight.ready > 0;
    if (!is_ready || sight.now < rests_until_) return sight.usable;
    const auto count = static_cast<double>(sight.ready);
    const double factor = sight.load / count / config_.target;
    if (std::abs(1 - factor) <= config_.threshold) return sight.usable;
    const std::int64_t wanted =
        Bounded(sight.usable, std::max<std::int64_t>(WholeHosts(count * factor), 1));
    if (wanted > sight.usable) rests_until_ = sight.now + config_.cooldown_up;
    if (wanted < sight.usable) rests_until_ = sight.now + config_.cooldown;
    return wanted;
  }

  std::int64_t Bounded(std::int64_t count, std::int64_t wanted) const {
    if (config_.max_up > 0) wanted = std::min(wanted, count + config_.max_up);
    if (config_.max_down > 0) wanted = std::max(wanted, count - config_.max_down);
    return wanted;
  }

  const NomadConfig config_;
  Time rests_until_ = kDistantPast;
};

}  // namespace

std::unique_ptr<Policy> ParseNomad(const std::string& name, const ConfigNode& node,
                                   const ReferenceContext& context) {
  NomadConfig config;
  config.target = node.Number("target").Above(0.0).Or(config.target);
  config.threshold = node.Number("threshold").Between(0.0, 0.99).Or(config.threshold);
  config.cooldown = node.DurationOf("cooldown").Or(config.cooldown);
  config.cooldown_up = node.DurationOf("cooldown_on_scale_up").Or(config.cooldown);
  config.max_up = node.Integer("max_scale_up").AtLeast(0).Or(config.max_up);
  config.max_down = node.Integer("max_scale_down").AtLeast(0).Or(config.max_down);
  node.Finish();
  return std::make_unique<NomadPolicy>(name, context, config);
}

}  // namespace spillway
