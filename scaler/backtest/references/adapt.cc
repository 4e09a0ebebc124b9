#include "scaler/backtest/references/adapt.h"

#include <algorithm>

#include "scaler/backtest/references/hosts_policy.h"

namespace spillway {
namespace {

class AdaptPolicy final : public HostsPolicy {
 public:
  AdaptPolicy(std::string name, const ReferenceContext& context, double headroom, double divisor)
      : HostsPolicy(std::move(name), context), headroom_(headroom), divisor_(divisor) {}

 private:
  std::int64_t Want(const Sight& sight) override {
    const std::int64_t need = WholeHosts(headroom_ * sight.load);
    const auto hosts = static_cast<double>(std::max<std::int64_t>(sight.usable, 1));
    sum_ += hosts;
    ++steps_;
    const double mean = sum_ / steps_;
    const double rate = hosts / mean * static_cast<double>(need - sight.usable);
    due_ += rate < 0 ? rate / divisor_ : rate;
    const auto whole = static_cast<std::int64_t>(due_);
    due_ -= static_cast<double>(whole);
    if (need > sight.usable) {
      const std::int64_t reaction = WholeHosts(1.1 * static_cast<double>(need));
      return reaction + std::max<std::int64_t>(whole, 0);
    }
    return std::max(sight.usable + std::min<std::int64_t>(whole, 0), need);
  }

  const double headroom_;
  const double divisor_;
  double sum_ = 0;  // of the hosts of all steps
  double steps_ = 0;
  double due_ = 0;  // what the rate has added up to, less than a host
};

}  // namespace

std::unique_ptr<Policy> ParseAdapt(const std::string& name, const ConfigNode& node,
                                   const ReferenceContext& context) {
  const double headroom = node.Number("headroom").Above(0.0).Or(1.0);
  const double divisor = node.Number("divisor").AtLeast(1.0).Or(4.0);
  node.Finish();
  return std::make_unique<AdaptPolicy>(name, context, headroom, divisor);
}

}  // namespace spillway
