#include "scaler/backtest/references/autopilot_peak.h"

#include <deque>
#include <utility>

#include "scaler/backtest/references/hosts_policy.h"

namespace spillway {
namespace {

// The largest value of a window: those that a later one outdid are forgotten at once.
class SlidingPeak {
 public:
  explicit SlidingPeak(Duration window) : window_(window) {}

  double Add(Time now, double value) {
    while (!peaks_.empty() && peaks_.back().second <= value) peaks_.pop_back();
    peaks_.emplace_back(now, value);
    while (peaks_.front().first <= now - window_) peaks_.pop_front();
    return peaks_.front().second;
  }

 private:
  const Duration window_;
  std::deque<std::pair<Time, double>> peaks_;
};

class AutopilotPeakPolicy final : public HostsPolicy {
 public:
  AutopilotPeakPolicy(std::string name, const ReferenceContext& context, Duration window,
                      double margin)
      : HostsPolicy(std::move(name), context), peak_(window), margin_(margin) {}

 private:
  std::int64_t Want(const Sight& sight) override {
    return WholeHosts(peak_.Add(sight.now, sight.load) * (1 + margin_));
  }

  SlidingPeak peak_;
  const double margin_;
};

}  // namespace

std::unique_ptr<Policy> ParseAutopilotPeak(const std::string& name, const ConfigNode& node,
                                           const ReferenceContext& context) {
  const Duration window =
      node.DurationOf("window").AtLeast(std::chrono::seconds(1)).Or(std::chrono::hours(1));
  const double margin = node.Number("margin").Between(-0.9, 100.0).Or(0.1);
  node.Finish();
  return std::make_unique<AutopilotPeakPolicy>(name, context, window, margin);
}

}  // namespace spillway
