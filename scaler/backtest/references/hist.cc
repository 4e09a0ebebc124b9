#include "scaler/backtest/references/hist.h"

#include <algorithm>
#include <array>
#include <deque>
#include <iterator>
#include <vector>

#include "scaler/backtest/references/hosts_policy.h"

namespace spillway {
namespace {

constexpr std::size_t kSamplesOfAnHour = 730;
constexpr std::ptrdiff_t kRecent = 5;
constexpr std::size_t kErrors = 10;
constexpr std::ptrdiff_t kTooMany = 5;

// The last samples of an hour of the day, and their order.
class HourHistory {
 public:
  void Add(std::int64_t need) {
    sorted_.insert(Place(need), need);
    samples_.push_back(need);
    if (samples_.size() <= kSamplesOfAnHour) return;
    sorted_.erase(Place(samples_.front()));
    samples_.pop_front();
  }
  bool empty() const { return sorted_.empty(); }
  // REQUIRES: not empty.
  std::int64_t At(double quantile) const {
    const auto rank = static_cast<std::size_t>(static_cast<double>(sorted_.size()) * quantile);
    return sorted_[std::min(rank, sorted_.size() - 1)];
  }

 private:
  std::vector<std::int64_t>::iterator Place(std::int64_t need) {
    return std::lower_bound(sorted_.begin(), sorted_.end(), need);
  }

  std::deque<std::int64_t> samples_;
  std::vector<std::int64_t> sorted_;
};

class HistPolicy final : public HostsPolicy {
 public:
  HistPolicy(std::string name, const ReferenceContext& context, double headroom, double quantile)
      : HostsPolicy(std::move(name), context), headroom_(headroom), quantile_(quantile) {}

 private:
  std::int64_t Want(const Sight& sight) override {
    const double load = headroom_ * sight.load;
    const std::int64_t need = WholeHosts(load);
    surplus_.push_back(sight.usable - need);
    if (surplus_.size() > kErrors) surplus_.pop_front();
    HourHistory& hour = hours_[HourOf(sight.now)];
    const double base =
        hour.empty() ? static_cast<double>(sight.usable) : static_cast<double>(hour.At(quantile_));
    hour.Add(need);
    if (std::count_if(surplus_.begin(), surplus_.end(), [](auto s) { return s < 0; }) > kTooMany) {
      surplus_.clear();
      return WholeHosts(1.05 * load);
    }
    const double error = MeanSurplus();
    return WholeHosts(base - error > 0 ? base - error : base - error / 5);
  }

  double MeanSurplus() const {
    if (std::ssize(surplus_) < kRecent) return 0;
    double sum = 0;
    for (auto s = surplus_.end() - kRecent; s != surplus_.end(); ++s)
      sum += static_cast<double>(*s);
    return sum / static_cast<double>(kRecent);
  }

  static std::size_t HourOf(Time t) {
    const Duration of_day = t - std::chrono::floor<std::chrono::days>(t);
    return static_cast<std::size_t>(of_day / std::chrono::hours(1));
  }

  const double headroom_;
  const double quantile_;
  std::array<HourHistory, 24> hours_;
  std::deque<std::int64_t> surplus_;  // hosts - need, the newest last
};

}  // namespace

std::unique_ptr<Policy> ParseHist(const std::string& name, const ConfigNode& node,
                                  const ReferenceContext& context) {
  const double headroom = node.Number("headroom").Above(0.0).Or(1.0);
  const double quantile = node.Number("quantile").Between(0.0, 1.0).Or(0.9);
  node.Finish();
  return std::make_unique<HistPolicy>(name, context, headroom, quantile);
}

}  // namespace spillway
