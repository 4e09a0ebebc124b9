#include "scaler/backtest/references/aws.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <optional>

#include "scaler/backtest/references/hosts_policy.h"

namespace spillway {
namespace {

using std::chrono::hours;

struct AwsConfig {
  double target = 0.7;
  std::int64_t high_points = 3;
  std::int64_t low_points = 15;
};

// The two alarms and the proportion.
class TargetTracking {
 public:
  explicit TargetTracking(const AwsConfig& config) : config_(config) {}

  std::int64_t Want(const Sight& sight) {
    sum_ += sight.load / static_cast<double>(std::max<std::int64_t>(sight.ready, 1));
    ++samples_;
    if (sight.now < point_at_ + std::chrono::minutes(1)) return sight.usable;
    const double point = sum_ / samples_;
    sum_ = samples_ = 0;
    point_at_ = sight.now;
    high_ = point > config_.target ? high_ + 1 : 0;
    low_ = point < 0.9 * config_.target ? low_ + 1 : 0;
    const std::int64_t fits = WholeHosts(
        static_cast<double>(std::max<std::int64_t>(sight.ready, 1)) * point / config_.target);
    if (high_ >= config_.high_points) return std::max(fits, sight.usable);
    if (low_ < config_.low_points) return sight.usable;
    low_ = 0;
    return std::min(fits, sight.usable);
  }

 private:
  const AwsConfig config_;
  Time point_at_ = kDistantPast;
  double sum_ = 0;
  double samples_ = 0;
  std::int64_t high_ = 0;
  std::int64_t low_ = 0;
};

class AwsTargetTrackingPolicy final : public HostsPolicy {
 public:
  AwsTargetTrackingPolicy(std::string name, const ReferenceContext& context,
                          const AwsConfig& config)
      : HostsPolicy(std::move(name), context), tracking_(config) {}

 private:
  std::int64_t Want(const Sight& sight) override { return tracking_.Want(sight); }

  TargetTracking tracking_;
};

// The mean load of each past hour, and what it says of hours to come.
class HourlyForecast {
 public:
  void Add(Time now, double load) {
    const std::int64_t hour = HourOf(now);
    if (!current_ || hour != *current_) {
      if (current_ && samples_ > 0) Keep({*current_, sum_ / samples_});
      current_ = hour;
      sum_ = samples_ = 0;
    }
    sum_ += load;
    ++samples_;
  }

  bool has_a_day() const { return means_.size() >= 24; }

  double Of(std::int64_t hour) const {
    const auto mean = [&](std::int64_t period) {
      double sum = 0;
      int count = 0;
      for (const Mean& m : means_) {
        if ((hour - m.hour) % period != 0) continue;
        sum += m.load;
        ++count;
      }
      return count == 0 ? std::optional<double>() : sum / count;
    };
    if (const auto same_weekday = mean(7 * 24)) return *same_weekday;
    return mean(24).value_or(0);
  }

  static std::int64_t HourOf(Time t) { return t.time_since_epoch() / hours(1); }

 private:
  struct Mean {
    std::int64_t hour;
    double load;
  };

  void Keep(Mean mean) {
    means_.push_back(mean);
    constexpr std::size_t kTwoWeeks = 14 * 24;
    if (means_.size() > kTwoWeeks) means_.pop_front();
  }

  std::deque<Mean> means_;
  std::optional<std::int64_t> current_;
  double sum_ = 0;
  double samples_ = 0;
};

struct PredictiveConfig {
  AwsConfig tracking;
  Duration buffer = std::chrono::seconds(300);
  double max_buffer = 0;
};

class AwsPredictivePolicy final : public HostsPolicy {
 public:
  AwsPredictivePolicy(std::string name, const ReferenceContext& context,
                      const PredictiveConfig& config)
      : HostsPolicy(std::move(name), context), config_(config), tracking_(config.tracking) {}

 private:
  std::int64_t Want(const Sight& sight) override {
    forecast_.Add(sight.now, sight.load);
    if (forecast_.has_a_day() && sight.now >= forecast_at_ + hours(6)) Renew(sight.now);
    const std::int64_t floor = std::max(FloorOf(sight.now), FloorOf(sight.now + config_.buffer));
    return std::max(tracking_.Want(sight), floor);
  }

  void Renew(Time now) {
    forecast_at_ = now;
    first_hour_ = HourlyForecast::HourOf(now);
    for (std::size_t i = 0; i < floors_.size(); ++i) {
      const double load = forecast_.Of(first_hour_ + static_cast<std::int64_t>(i));
      floors_[i] = WholeHosts(load * (1 + config_.max_buffer / 100) / config_.tracking.target);
    }
  }

  std::int64_t FloorOf(Time t) const {
    const std::int64_t ahead = HourlyForecast::HourOf(t) - first_hour_;
    const bool is_known = forecast_at_ != kDistantPast && ahead < std::ssize(floors_);
    return is_known ? floors_[static_cast<std::size_t>(ahead)] : 0;
  }

  const PredictiveConfig config_;
  TargetTracking tracking_;
  HourlyForecast forecast_;
  Time forecast_at_ = kDistantPast;
  std::int64_t first_hour_ = 0;
  std::array<std::int64_t, 48> floors_{};
};

AwsConfig ParseTracking(const ConfigNode& node) {
  AwsConfig config;
  config.target = node.Number("target").Above(0.0).Or(config.target);
  config.high_points = node.Integer("high_points").AtLeast(1).Or(config.high_points);
  config.low_points = node.Integer("low_points").AtLeast(1).Or(config.low_points);
  return config;
}

}  // namespace

std::unique_ptr<Policy> ParseAwsTargetTracking(const std::string& name, const ConfigNode& node,
                                               const ReferenceContext& context) {
  const AwsConfig config = ParseTracking(node);
  node.Finish();
  return std::make_unique<AwsTargetTrackingPolicy>(name, context, config);
}

std::unique_ptr<Policy> ParseAwsPredictive(const std::string& name, const ConfigNode& node,
                                           const ReferenceContext& context) {
  PredictiveConfig config;
  config.tracking = ParseTracking(node);
  config.buffer = node.DurationOf("buffer").Or(config.buffer);
  config.max_buffer = node.Number("max_buffer").AtLeast(0.0).Or(config.max_buffer);
  node.Finish();
  return std::make_unique<AwsPredictivePolicy>(name, context, config);
}

}  // namespace spillway
