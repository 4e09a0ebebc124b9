#include "scaler/backtest/references/conpaas.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <numeric>
#include <vector>

#include "scaler/backtest/references/hosts_policy.h"

namespace spillway {
namespace {

constexpr std::size_t kWindow = 20;
constexpr std::size_t kAhead = 20;
constexpr std::size_t kOrder = 9;

using Values = std::vector<double>;

double Mean(const Values& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Yule-Walker by the recursion of Levinson and Durbin.
Values AutoRegression(const Values& past) {
  const double mean = Mean(past);
  std::array<double, kOrder + 1> covariance{};
  for (std::size_t lag = 0; lag <= kOrder; ++lag) {
    for (std::size_t i = lag; i < past.size(); ++i) {
      covariance[lag] += (past[i] - mean) * (past[i - lag] - mean);
    }
  }
  if (covariance[0] <= 0) return Values(kAhead, mean);
  Values weights;
  double error = covariance[0];
  for (std::size_t k = 0; k < kOrder && error > 1e-9 * covariance[0]; ++k) {
    double reflection = covariance[k + 1];
    for (std::size_t i = 0; i < k; ++i) reflection -= weights[i] * covariance[k - i];
    reflection /= error;
    Values next = weights;
    for (std::size_t i = 0; i < k; ++i) next[i] -= reflection * weights[k - 1 - i];
    next.push_back(reflection);
    weights = next;
    error *= 1 - reflection * reflection;
  }
  Values series = past;
  for (std::size_t i = 0; i < kAhead; ++i) {
    double value = mean;
    for (std::size_t w = 0; w < weights.size(); ++w) {
      value += weights[w] * (series[series.size() - 1 - w] - mean);
    }
    series.push_back(value);
  }
  return Values(series.end() - static_cast<std::ptrdiff_t>(kAhead), series.end());
}

Values LinearRegression(const Values& past) {
  const double mean = Mean(past);
  const double middle = static_cast<double>(past.size() - 1) / 2;
  double with = 0;
  double of = 0;
  for (std::size_t i = 0; i < past.size(); ++i) {
    const double x = static_cast<double>(i) - middle;
    with += x * (past[i] - mean);
    of += x * x;
  }
  Values ahead;
  for (std::size_t i = 0; i < kAhead; ++i) {
    ahead.push_back(mean + with / of * (static_cast<double>(past.size() + i) - middle));
  }
  return ahead;
}

Values Smoothing(const Values& past) {
  constexpr double kLevel = 0.2;
  constexpr double kTrend = 0.1;
  double level = past[0];
  double trend = past[1] - past[0];
  for (std::size_t i = 1; i < past.size(); ++i) {
    const double before = level;
    level = kLevel * past[i] + (1 - kLevel) * (level + trend);
    trend = kTrend * (level - before) + (1 - kTrend) * trend;
  }
  return {level + trend, level + 2 * trend};
}

double LinearlyWeighted(const Values& values) {
  double sum = 0;
  double weights = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto weight = static_cast<double>(values.size() - i);
    sum += weight * values[i];
    weights += weight;
  }
  return sum / weights;
}

constexpr std::array<Values (*)(const Values&), 3> kCandidates = {AutoRegression, LinearRegression,
                                                                  Smoothing};

constexpr std::size_t kAutoRegression = 0;
using Errors = std::array<double, kCandidates.size()>;

class ConPaaSPolicy final : public HostsPolicy {
 public:
  ConPaaSPolicy(std::string name, const ReferenceContext& context, double headroom, bool may_choose)
      : HostsPolicy(std::move(name), context), headroom_(headroom), may_choose_(may_choose) {}

 private:
  std::int64_t Want(const Sight& sight) override {
    const double load = headroom_ * sight.load;
    if (sight.now < sampled_at_ + std::chrono::minutes(1)) return wanted_;
    sampled_at_ = sight.now;
    past_.push_back(load);
    if (past_.size() > kWindow) past_.pop_front();
    wanted_ = past_.size() < kWindow ? WholeHosts(load) : Forecast(load);
    return wanted_;
  }

  std::int64_t Forecast(double load) {
    const Values past(past_.begin(), past_.end());
    Errors errors{};
    for (std::size_t i = 0; i < kCandidates.size(); ++i) {
      errors[i] = std::abs(next_[i] - load);
      const Values ahead = kCandidates[i](past);
      next_[i] = ahead.front();
      averages_[i] = LinearlyWeighted(ahead);
    }
    errors_.push_back(errors);
    if (errors_.size() > kWindow) errors_.pop_front();
    return WholeHosts(std::max(averages_[may_choose_ ? Best() : kAutoRegression], 0.0));
  }

  std::size_t Best() const {
    Errors sums{};
    for (const Errors& errors : errors_) {
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += errors[i];
    }
    return static_cast<std::size_t>(std::min_element(sums.begin(), sums.end()) - sums.begin());
  }

  const double headroom_;
  const bool may_choose_;
  Time sampled_at_ = kDistantPast;
  std::deque<double> past_;
  std::int64_t wanted_ = 1;
  std::array<double, kCandidates.size()> next_{};      // forecast of the next sample
  std::deque<Errors> errors_;                          // of the last ones
  std::array<double, kCandidates.size()> averages_{};  // of what is ahead
};

}  // namespace

std::unique_ptr<Policy> ParseConPaaS(const std::string& name, const ConfigNode& node,
                                     const ReferenceContext& context) {
  const double headroom = node.Number("headroom").Above(0.0).Or(1.0);
  const bool may_choose =
      node.OneOf<bool>("forecast", {{"best", true}, {"autoregression", false}}).Or(true);
  node.Finish();
  return std::make_unique<ConPaaSPolicy>(name, context, headroom, may_choose);
}

}  // namespace spillway
