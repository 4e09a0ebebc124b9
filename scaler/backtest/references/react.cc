#include "scaler/backtest/references/react.h"

#include "scaler/backtest/references/hosts_policy.h"

namespace spillway {
namespace {

class ReactPolicy final : public HostsPolicy {
 public:
  ReactPolicy(std::string name, const ReferenceContext& context, double headroom)
      : HostsPolicy(std::move(name), context), headroom_(headroom) {}

 private:
  std::int64_t Want(const Sight& sight) override {
    const double load = headroom_ * sight.load;
    const std::int64_t need = WholeHosts(load);
    const std::int64_t missing = need - sight.usable;
    if (missing > 0) {
      return sight.usable + static_cast<std::int64_t>(1.2 * static_cast<double>(missing));
    }
    if (1.1 * load >= static_cast<double>(sight.usable)) return sight.usable;
    return WholeHosts(1.2 * static_cast<double>(need));
  }

  const double headroom_;
};

}  // namespace

std::unique_ptr<Policy> ParseReact(const std::string& name, const ConfigNode& node,
                                   const ReferenceContext& context) {
  const double headroom = node.Number("headroom").Above(0.0).Or(1.0);
  node.Finish();
  return std::make_unique<ReactPolicy>(name, context, headroom);
}

}  // namespace spillway
