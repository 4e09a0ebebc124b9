#include "scaler/backtest/references/holt_winters.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>
#include <vector>

#include "scaler/backtest/references/hosts_policy.h"
#include "scaler/backtest/references/recent.h"

namespace spillway {
namespace {

constexpr Duration kBucket = std::chrono::minutes(5);
constexpr std::size_t kBuckets = 24 * 12;
constexpr double kLevelGain = 0.01;
constexpr double kTrendGain = 0.001;
constexpr double kSeasonGain = 0.2;

// Additive Holt-Winters, fed with every step; trend and season move once a bucket.
class Seasonal {
 public:
  void Add(Time now, double value) {
    sum_ += value;
    ++count_;
    const std::int64_t bucket = now.time_since_epoch() / kBucket;
    if (bucket == bucket_) return;
    Close(sum_ / count_);
    bucket_ = bucket;
    sum_ = count_ = 0;
  }

  // Relative to the level, which the last load replaces: the change from `now` to `then`.
  double Change(Time now, Time then) const {
    const double buckets =
        static_cast<double>((then - now).count()) / static_cast<double>(kBucket.count());
    return trend_ * buckets + SeasonAt(then) - SeasonAt(now);
  }

 private:
  void Close(double mean) {
    const auto slot = Slot(bucket_);
    if (!begun_) {
      level_ = mean;
      begun_ = true;
      return;
    }
    const double before = level_;
    level_ = kLevelGain * (mean - season_[slot]) + (1 - kLevelGain) * (level_ + trend_);
    trend_ = kTrendGain * (level_ - before) + (1 - kTrendGain) * trend_;
    season_[slot] += kSeasonGain * (mean - level_ - season_[slot]);
  }

  static std::size_t Slot(std::int64_t bucket) {
    return static_cast<std::size_t>(bucket % static_cast<std::int64_t>(kBuckets));
  }

  // Linear between the middles of buckets.
  double SeasonAt(Time t) const {
    const Duration since = t.time_since_epoch() - kBucket / 2;
    const std::int64_t bucket = since / kBucket;
    const double share =
        static_cast<double>((since % kBucket).count()) / static_cast<double>(kBucket.count());
    return (1 - share) * season_[Slot(bucket)] + share * season_[Slot(bucket + 1)];
  }

  std::int64_t bucket_ = 0;
  double sum_ = 0;
  double count_ = 0;
  bool begun_ = false;
  double level_ = 0;
  double trend_ = 0;
  std::vector<double> season_ = std::vector<double>(kBuckets, 0.0);
};

// The last errors, and their order.
class Errors {
 public:
  explicit Errors(std::size_t most) : most_(most) {}

  void Add(double error) {
    sorted_.insert(std::upper_bound(sorted_.begin(), sorted_.end(), error), error);
    errors_.push_back(error);
    if (errors_.size() <= most_) return;
    sorted_.erase(std::lower_bound(sorted_.begin(), sorted_.end(), errors_.front()));
    errors_.pop_front();
  }

  double At(double quantile) const {
    if (sorted_.empty()) return 0;
    const auto rank = static_cast<std::size_t>(static_cast<double>(sorted_.size()) * quantile);
    return sorted_[std::min(rank, sorted_.size() - 1)];
  }

 private:
  const std::size_t most_;
  std::deque<double> errors_;
  std::vector<double> sorted_;
};

struct HoltWintersConfig {
  double quantile = 0.99;
  Duration hold = std::chrono::minutes(5);
  Duration errors_of = std::chrono::hours(24);
};

class HoltWintersPolicy final : public HostsPolicy {
 public:
  HoltWintersPolicy(std::string name, const ReferenceContext& context,
                    const HoltWintersConfig& config)
      : HostsPolicy(std::move(name), context),
        config_(config),
        // What is launched now is ready after the boot, for a step whose load is seen one later.
        horizon_steps_(static_cast<std::size_t>(context.model.boot_steps()) + 1),
        horizon_(context.model.step * static_cast<std::int64_t>(horizon_steps_)),
        errors_(static_cast<std::size_t>(config.errors_of / context.model.step)),
        held_(config.hold) {}

 private:
  std::int64_t Want(const Sight& sight) override {
    if (forecasts_.size() == horizon_steps_) {
      errors_.Add(sight.load - forecasts_.front());
      forecasts_.pop_front();
    }
    seasonal_.Add(sight.now, sight.load);
    const double forecast = sight.load + seasonal_.Change(sight.now, sight.now + horizon_);
    forecasts_.push_back(forecast);
    const std::int64_t wanted =
        std::max(WholeHosts(forecast + errors_.At(config_.quantile)), WholeHosts(sight.load));
    held_.Add(sight.now, wanted);
    return held_.empty() ? wanted : held_.Largest();
  }

  const HoltWintersConfig config_;
  const std::size_t horizon_steps_;
  const Duration horizon_;
  Seasonal seasonal_;
  Errors errors_;
  std::deque<double> forecasts_;  // that wait for what comes
  Recent<std::int64_t> held_;
};

}  // namespace

std::unique_ptr<Policy> ParseHoltWinters(const std::string& name, const ConfigNode& node,
                                         const ReferenceContext& context) {
  HoltWintersConfig config;
  config.quantile = node.Number("quantile").Between(0.0, 1.0).Or(config.quantile);
  config.hold = node.DurationOf("hold").Or(config.hold);
  config.errors_of = node.DurationOf("errors_of").AtLeast(context.model.step).Or(config.errors_of);
  node.Finish();
  return std::make_unique<HoltWintersPolicy>(name, context, config);
}

}  // namespace spillway
